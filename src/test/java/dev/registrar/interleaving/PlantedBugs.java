package dev.registrar.interleaving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.registrar.compensation.CompensationRecords.BeginUndo;
import dev.registrar.compensation.CompensationRecords.PlannedUndo;
import dev.registrar.compensation.UndoAction;
import dev.registrar.dispatch.RegistrationRuns;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.Money;
import dev.registrar.model.OfRegistration;
import dev.registrar.model.PaymentRequest;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.UnknownOutcomeException;
import dev.registrar.payment.PaymentGateway;
import dev.registrar.payment.PaymentService.ChargeReference;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.PaymentResult;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.payment.PaymentService.RefundPayment;
import dev.registrar.payment.PaymentService.RefundResult;
import dev.registrar.payment.PaymentService.RefundState;
import dev.registrar.profile.UserProfileService.ProfileDeletion;
import dev.registrar.profile.UserProfileService.ProfileUndo;
import dev.registrar.profile.UserProfiles;
import dev.registrar.temporal.PayloadJson;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Plants one defect in ports, activities or the dispatcher, from outside, to show that the schedules detect it. */
final class PlantedBugs {

    private static final ObjectMapper MAPPER = PayloadJson.mapper();

    private static final Set<String> UNDOING = Set.of("COMPENSATING", "NEEDS_ATTENTION");
    private static final Set<String> UNDONE = Set.of("FAILED", "CANCELLED");

    private final Bug bug;
    private final Jdbi jdbi;
    private final Supplier<SimulatedProviders> providers;

    /** Effects whose answer has arrived, as id and action. */
    private final Set<String> answered = ConcurrentHashMap.newKeySet();

    /** A planted defect that the schedules must find. */
    enum Bug {
        NONE,
        /** Every attempt of a charge has a key of its own. */
        RANDOM_KEY,
        /** The key of a charge contains the run. */
        RUN_IN_KEY,
        /** A charge whose outcome is unknown is taken for declined. */
        COMPENSATE_ON_TIMEOUT,
        /** Only a step whose answer has arrived is undone. */
        UNDO_REGISTERED_AFTER_THE_STEP,
        /** A failed undo is taken for done. */
        SWALLOWED_UNDO_FAILURE,
        /** An undo is sent before its row is written. */
        ROW_WRITTEN_AFTER_THE_UNDO,
        /** Settle: the status is not derived again after the last row was closed. */
        SETTLE_SKIPPED,
        /** Fence: a run writes although another has taken over. */
        RUN_NOT_CHECKED,
        /** Adapter: a lookup finds a payment by its transaction only, not by the key of a charge whose answer was lost. */
        FOUND_BY_TRANSACTION_ONLY,
        /** Dispatcher: a run that was lost is taken for running. */
        LOST_RUN_IS_RUNNING,
        /** A run ends although a command has arrived. */
        COMMANDS_NOT_CHECKED,
        /** An undo is sent although its row was closed by hand. */
        ATTEMPT_NOT_MARKED
    }

    PlantedBugs(Bug bug, Jdbi jdbi, Supplier<SimulatedProviders> providers) {
        this.bug = bug;
        this.jdbi = jdbi;
        this.providers = providers;
    }

    private interface Call {

        /** The answer of the honest part. */
        @Nullable
        Object honestly() throws Throwable;
    }

    private interface Around {

        @Nullable
        Object call(String method, Object[] arguments, Call call) throws Throwable;
    }

    private static <T> T around(Class<T> type, T honest, Around around) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.getDeclaringClass() == Object.class) {
                        return method.invoke(honest, arguments);
                    }
                    Object[] given = arguments == null ? new Object[0] : arguments;
                    return around.call(method.getName(), given, () -> invoked(honest, method, given));
                }));
    }

    private static @Nullable Object invoked(Object honest, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(honest, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    PaymentGateway gateway(PaymentGateway honest) {
        return around(PaymentGateway.class, honest, (method, arguments, call) -> switch (method) {
            case "charge" -> charge((RegistrationId) arguments[0], (PaymentRequest) arguments[1], call);
            case "find" -> found((ChargeReference) arguments[1], call);
            default -> call.honestly();
        });
    }

    private @Nullable Object charge(RegistrationId id, PaymentRequest payment, Call call) throws Throwable {
        String key = IdempotencyKey.charge(id).value();
        Object answer = switch (bug) {
            case RANDOM_KEY -> providers.get().charge(UUID.randomUUID().toString(), payment);
            case RUN_IN_KEY -> providers.get().charge(key + ":" + number("run", id.value()), payment);
            case COMPENSATE_ON_TIMEOUT -> {
                try {
                    yield call.honestly();
                } catch (UnknownOutcomeException e) {
                    yield new PaymentResult(null, PaymentStatus.DECLINED, null, null, "timeout");
                }
            }
            default -> call.honestly();
        };
        answered.add(id + " " + UndoAction.REFUND);
        return answer;
    }

    private @Nullable Object found(ChargeReference charge, Call call) throws Throwable {
        Object all = call.honestly();
        return bug == Bug.FOUND_BY_TRANSACTION_ONLY && charge.transactionId() == null ? List.<FoundPayment>of() : all;
    }

    UserProfiles profiles(UserProfiles honest) {
        return around(UserProfiles.class, honest, (method, arguments, call) -> switch (method) {
            case "create" -> {
                Object answer = call.honestly();
                answered.add(arguments[0] + " " + UndoAction.DELETE_PROFILE);
                yield answer;
            }
            default -> call.honestly();
        });
    }

    /** The activities that undo at a provider. */
    <T> T undoing(Class<T> activities, T honest) {
        return bug != Bug.SWALLOWED_UNDO_FAILURE
                ? honest
                : around(activities, honest, (method, arguments, call) -> {
                    try {
                        return call.honestly();
                    } catch (RuntimeException e) {
                        return switch (method) {
                            case "refundPayment" -> refunded((RefundPayment) arguments[0]);
                            case "deleteUserProfile" -> new ProfileUndo(ProfileDeletion.DELETED, 1);
                            default -> throw e;
                        };
                    }
                });
    }

    private static RefundResult refunded(RefundPayment request) {
        return new RefundResult(
                RefundState.REFUNDED, Money.of("0.00", request.amount().currency()));
    }

    RegistrationRuns runs(RegistrationRuns honest) {
        return bug != Bug.LOST_RUN_IS_RUNNING
                ? honest
                : around(
                        RegistrationRuns.class,
                        honest,
                        (method, arguments, call) ->
                                method.equals("stateOf") ? RegistrationRuns.State.RUNNING : call.honestly());
    }

    /** The activities that write rows, with the defect or unchanged. */
    <T> T records(Class<T> activities, T honest) {
        if (bug == Bug.NONE) {
            return honest;
        }
        return around(activities, honest, (method, arguments, call) -> {
            OfRegistration request = (OfRegistration) arguments[0];
            UUID id = request.registrationId().value();
            arguments[0] = changed(request, id);
            String before = bug == Bug.SETTLE_SKIPPED ? status(id) : "";
            Object answer = call.honestly();
            if (UNDOING.contains(before) && UNDONE.contains(status(id))) {
                restore(id, before);
            }
            return answer;
        });
    }

    private Object changed(OfRegistration request, UUID id) throws Exception {
        return switch (bug) {
            case RUN_NOT_CHECKED -> with(request, "run", number("run", id));
            case COMMANDS_NOT_CHECKED ->
                with(with(request, "seen", number("command_seq", id)), "appliedSeq", number("command_seq", id));
            case UNDO_REGISTERED_AFTER_THE_STEP ->
                request instanceof BeginUndo begin
                        ? planned(
                                begin,
                                begin.undo().stream()
                                        .filter(undo -> undo.action() == UndoAction.DELETE_ACCOUNT
                                                || answered.contains(begin.registrationId() + " " + undo.action()))
                                        .toList())
                        : request;
            case ROW_WRITTEN_AFTER_THE_UNDO -> {
                if (request instanceof BeginUndo begin) {
                    begin.undo().forEach(undo -> undoAtOnce(begin.registrationId(), undo));
                }
                yield request;
            }
            default -> request;
        };
    }

    private void undoAtOnce(RegistrationId id, PlannedUndo undo) {
        if (undo.action() == UndoAction.REFUND && undo.reference() != null && undo.amount() != null) {
            providers.get().refund(id, undo.reference(), IdempotencyKey.refund(id), undo.amount());
        }
    }

    private static BeginUndo planned(BeginUndo begin, List<PlannedUndo> undo) {
        return new BeginUndo(
                begin.registrationId(),
                begin.run(),
                begin.intendedEnd(),
                undo,
                begin.history(),
                begin.inDoubt(),
                begin.held(),
                begin.at());
    }

    private static Object with(Object request, String component, int value) throws Exception {
        JsonNode json = MAPPER.valueToTree(request);
        if (!json.has(component)) {
            return request;
        }
        ((ObjectNode) json).put(component, value);
        return MAPPER.treeToValue(json, request.getClass());
    }

    private int number(String column, UUID id) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT " + column + " FROM registrations WHERE id = :id")
                .bind("id", id)
                .mapTo(Integer.class)
                .one());
    }

    private String status(UUID id) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT status FROM registrations WHERE id = :id")
                .bind("id", id)
                .mapTo(String.class)
                .one());
    }

    private void restore(UUID id, String status) {
        jdbi.useHandle(handle -> handle.createUpdate(
                        "UPDATE registrations SET status = :status, finished_at = NULL WHERE id = :id")
                .bind("id", id)
                .bind("status", status)
                .execute());
    }
}
