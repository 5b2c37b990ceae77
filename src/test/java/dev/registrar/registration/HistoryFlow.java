package dev.registrar.registration;

import dev.registrar.call.CallPolicy.Mode;
import dev.registrar.compensation.UndoAction;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.store.PaymentResolution.Outcome;
import dev.registrar.store.RegistrationStatus;
import java.time.Duration;
import java.util.Locale;

/** Typical registrations whose histories are recorded for each release and replayed in all later ones. */
@SuppressWarnings("ImmutableEnumChecker") // lambdas without state
enum HistoryFlow {
    COMPLETED_LOCALLY,
    COMPLETED_DURABLY,
    COMPLETED_AFTER_RETRIES_AND_WAITS,
    CHARGE_FOUND_BY_LOOKUP,
    PENDING_THEN_COMPLETED,
    DECLINED,
    PROFILE_CONFLICT,
    FAILED_AFTER_AN_OUTAGE,
    PAYMENT_UNKNOWN,
    CANCELLED_AT_THE_END,
    CANCELLED_DURING_A_DURABLE_CHARGE,
    CANCELLED_BY_TEMPORAL_WHILE_WAITING,
    REFUND_LEFT_OPEN,
    UNDO_FINISHED_BY_A_LATER_RUN,
    COMPLETED_BY_A_LATER_RUN_AFTER_AN_UNKNOWN_PAYMENT,
    UNDONE_BY_A_LATER_RUN_AFTER_AN_UNKNOWN_PAYMENT,
    SECOND_PAYMENT_FOUND_AFTER_THE_END,
    CLOSED_OUTSIDE;

    /** Runs it to its end and returns its history as JSON. */
    String record(WorkflowRig rig) {
        Run run = start(rig, new World());
        run.end();
        return run.history().toJson(true);
    }

    private Run start(WorkflowRig rig, World world) {
        return switch (this) {
            case COMPLETED_LOCALLY -> rig.start(world);
            case COMPLETED_DURABLY -> rig.start(world, Inputs.of(world, Mode.DURABLE));
            case COMPLETED_AFTER_RETRIES_AND_WAITS -> {
                world.next("createUserProfile", Reply.down(), Reply.lostBefore());
                world.next(
                        "processPayment",
                        Reply.breakerOpen(Duration.ofSeconds(30)),
                        Reply.comeBackIn(Duration.ofSeconds(9)));
                world.next("saveUserData", Reply.down());
                world.always("sendSms", Reply.refused());
                yield rig.start(world);
            }
            case CHARGE_FOUND_BY_LOOKUP -> {
                world.next("processPayment", Reply.lostAfter(), Reply.refused());
                yield rig.start(world);
            }
            case PENDING_THEN_COMPLETED -> {
                world.providers().chargesAs(PaymentStatus.PENDING);
                world.providers().succeedsAfterReads(2);
                yield rig.start(world);
            }
            case DECLINED -> {
                world.providers().chargesAs(PaymentStatus.DECLINED);
                yield rig.start(world);
            }
            case PROFILE_CONFLICT -> {
                world.providers().profileOfAnother();
                yield rig.start(world);
            }
            case FAILED_AFTER_AN_OUTAGE -> {
                world.always("processPayment", Reply.lostBefore());
                yield rig.start(world);
            }
            case PAYMENT_UNKNOWN -> {
                world.always("processPayment", Reply.lostAfter()).always("findPayment", Reply.down());
                yield rig.start(world);
            }
            case CANCELLED_AT_THE_END -> {
                world.ledger().requestCancel();
                yield rig.start(world);
            }
            case CANCELLED_DURING_A_DURABLE_CHARGE -> {
                Gate gate = new Gate();
                world.next("processPayment", Reply.works().heldBy(gate));
                Run run = rig.start(world, Inputs.of(world, Mode.DURABLE));
                gate.awaitEntered();
                run.cancel();
                run.awaitCalls("applyCancel", 1);
                gate.open();
                run.awaitAnswer("ProcessPayment");
                yield run;
            }
            case CANCELLED_BY_TEMPORAL_WHILE_WAITING -> {
                world.always("processPayment", Reply.breakerOpen(Duration.ofMinutes(20)));
                Run run = rig.start(world);
                run.awaitCalls("recordProgress", 1);
                run.cancelNatively();
                yield run;
            }
            case REFUND_LEFT_OPEN -> {
                world.ledger().requestCancel();
                world.always("refundPayment", Reply.lostBefore());
                yield rig.start(world);
            }
            case UNDO_FINISHED_BY_A_LATER_RUN -> {
                world.ledger().requestCancel();
                world.next("refundPayment", Reply.refused());
                rig.start(world).end();
                yield rig.again(world, 2);
            }
            case COMPLETED_BY_A_LATER_RUN_AFTER_AN_UNKNOWN_PAYMENT -> {
                world.always("processPayment", Reply.lostAfter()).always("findPayment", Reply.down());
                rig.start(world).end();
                world.always("findPayment", Reply.works());
                world.ledger().resolve(UndoAction.RESOLVE_PAYMENT, Outcome.CHARGED, false);
                yield rig.again(world, 2);
            }
            case UNDONE_BY_A_LATER_RUN_AFTER_AN_UNKNOWN_PAYMENT -> {
                world.always("processPayment", Reply.lostBefore()).always("findPayment", Reply.down());
                rig.start(world).end();
                world.always("findPayment", Reply.works());
                yield rig.again(world, 2);
            }
            case SECOND_PAYMENT_FOUND_AFTER_THE_END -> {
                rig.start(world).end();
                world.providers().secondCharge("tx_2", World.PRICE);
                world.ledger().attend();
                yield rig.again(world, 2);
            }
            case CLOSED_OUTSIDE -> rig.start(world, Inputs.closedAs(world, RegistrationStatus.CANCELLED));
        };
    }

    String fileName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-') + ".json";
    }
}
