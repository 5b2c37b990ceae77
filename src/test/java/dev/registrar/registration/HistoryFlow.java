package dev.registrar.registration;

import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.policy.CallPolicy.Mode;
import io.temporal.api.enums.v1.EventType;
import java.time.Duration;
import java.util.Locale;
import java.util.function.BiFunction;

/** Typical registrations, whose histories are recorded for each release and replayed ever after. */
enum HistoryFlow {
    COMPLETED_LOCALLY((rig, world) -> rig.start(world)),
    COMPLETED_DURABLY((rig, world) -> rig.start(world, Inputs.of(world, Mode.DURABLE))),
    COMPLETED_AFTER_RETRIES_AND_WAITS((rig, world) -> {
        world.next("createUserProfile", Reply.down(), Reply.lostBefore());
        world.next(
                "processPayment", Reply.breakerOpen(Duration.ofSeconds(30)), Reply.comeBackIn(Duration.ofSeconds(9)));
        world.next("saveUserData", Reply.down());
        world.always("sendSms", Reply.refused());
        return rig.start(world);
    }),
    CHARGE_FOUND_BY_LOOKUP((rig, world) -> {
        world.next("processPayment", Reply.lostAfter(), Reply.refused());
        return rig.start(world);
    }),
    PENDING_THEN_COMPLETED((rig, world) -> {
        world.providers().chargesAs(PaymentStatus.PENDING);
        world.providers().succeedsAfterReads(2);
        return rig.start(world);
    }),
    DECLINED((rig, world) -> {
        world.providers().chargesAs(PaymentStatus.DECLINED);
        return rig.start(world);
    }),
    PROFILE_CONFLICT((rig, world) -> {
        world.providers().profileOfAnother();
        return rig.start(world);
    }),
    FAILED_AFTER_AN_OUTAGE((rig, world) -> {
        world.always("processPayment", Reply.lostBefore());
        return rig.start(world);
    }),
    PAYMENT_UNKNOWN((rig, world) -> {
        world.always("processPayment", Reply.lostAfter()).always("findPayment", Reply.down());
        return rig.start(world);
    }),
    CANCELLED_AT_THE_END((rig, world) -> {
        world.ledger().requestCancel();
        return rig.start(world);
    }),
    CANCELLED_DURING_A_DURABLE_CHARGE((rig, world) -> {
        Gate gate = new Gate();
        world.next("processPayment", Reply.works().heldBy(gate));
        Run run = rig.start(world, Inputs.of(world, Mode.DURABLE));
        gate.awaitEntered();
        run.cancel();
        run.awaitEvent(EventType.EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED);
        gate.open();
        run.awaitEvent(EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED, 2);
        return run;
    }),
    CANCELLED_BY_TEMPORAL_WHILE_WAITING((rig, world) -> {
        world.always("processPayment", Reply.breakerOpen(Duration.ofMinutes(20)));
        Run run = rig.start(world);
        run.awaitCalls("recordProgress", 1);
        run.cancelNatively();
        return run;
    }),
    REFUND_LEFT_OPEN((rig, world) -> {
        world.ledger().requestCancel();
        world.always("refundPayment", Reply.lostBefore());
        return rig.start(world);
    });

    private final BiFunction<WorkflowRig, World, Run> flow;

    HistoryFlow(BiFunction<WorkflowRig, World, Run> flow) {
        this.flow = flow;
    }

    /** Runs it to its end; the answer is its history as JSON. */
    String record(WorkflowRig rig) {
        Run run = flow.apply(rig, new World());
        run.end();
        return run.history().toJson(true);
    }

    String fileName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-') + ".json";
    }
}
