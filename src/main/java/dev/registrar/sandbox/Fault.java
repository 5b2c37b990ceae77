package dev.registrar.sandbox;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One fault, as the control API reads and shows it. Without {@code times} and {@code probability} it always strikes.
 *
 * @param service {@code profile, payment, email, sms}
 * @param operation an operation of that service; absent: all to which the kind applies (see {@link FaultKind})
 * @param userId strikes only requests about this user; a find names none
 * @param times how many more matching requests it strikes; shown counting down
 * @param probability the probability of striking a matching request, 0 … 1
 * @param millis milliseconds; required for latency, late and stale, optional for hang and drip, otherwise ignored
 * @param status for {@code status}: 300 … 599, default 500; for malformed, empty, huge and drip: sent in place of the
 *     honest status, so that {@code empty} with 500 is "500 after the effect"
 * @param retryAfter seconds, for {@code status}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Fault(
        String service,
        @Nullable String operation,
        @Nullable String userId,
        FaultKind kind,
        @Nullable Integer times,
        @Nullable Double probability,
        @Nullable Long millis,
        @Nullable Integer status,
        @Nullable Integer retryAfter) {

    /** @param user whom a request is about; only asked for if it matters */
    boolean matches(Operation candidate, Supplier<@Nullable String> user) {
        return service.equals(candidate.service())
                && (operation == null || operation.equals(candidate.verb()))
                && kind.appliesTo(candidate)
                && (userId == null || userId.equals(user.get()));
    }

    long millisOr(long otherwise) {
        return millis == null ? otherwise : millis;
    }

    int statusOr(int otherwise) {
        return status == null ? otherwise : status;
    }

    /** The status sent in place of the honest one: only successes are disguised, and only by kinds that do so. */
    int disguised(int honest) {
        boolean success = honest >= 200 && honest < 300;
        if (!success || !kind.changesAnswer()) {
            return honest;
        }
        // A 204 has no body to break.
        return statusOr(honest == 204 && kind != FaultKind.EMPTY ? 200 : honest);
    }

    /** The status on the wire under this fault; 0 for none. */
    static int sent(int honest, @Nullable Fault fault) {
        if (fault == null) {
            return honest;
        }
        return fault.kind.unanswered() ? 0 : fault.disguised(honest);
    }

    /** The answer of {@code status}. */
    Reply statusReply() {
        return Reply.error(statusOr(500), "simulated_fault", "a fault of the sandbox")
                .with("Retry-After", retryAfter == null ? null : retryAfter.toString());
    }

    Fault withTimes(@Nullable Integer left) {
        return new Fault(service, operation, userId, kind, left, probability, millis, status, retryAfter);
    }

    /**
     * The kinds of faults. {@code _before} means that the request has no effect, {@code _after} that it has its full
     * effect and only the answer is lost; {@link Fault} describes the fields of each kind.
     */
    enum FaultKind {
        /** The request is processed {@code millis} later. Its key counts as in progress until then. */
        LATENCY,
        /** Answers {@code status} (500) without an effect, with {@code Retry-After} if {@code retryAfter} is given. */
        STATUS,
        /**
         * No effect, and no answer for {@code millis} (10 minutes, or until the client disconnects); then the
         * connection is reset.
         */
        HANG_BEFORE,
        /** The same after the effect. */
        HANG_AFTER,
        /** No effect; the TCP connection is reset. */
        RESET_BEFORE,
        /** The same after the effect. */
        RESET_AFTER,
        /** After the effect: a 2xx with truncated JSON. */
        MALFORMED,
        /** After the effect: a 2xx without a body. */
        EMPTY,
        /** After the effect: a 2xx of 2 MiB. */
        HUGE,
        /** After the effect: the honest answer, one byte every {@code millis} (100). */
        DRIP,
        /** One unit of the currency too much: captured by a charge, only reported by a read or a refund. */
        WRONG_AMOUNT,
        /**
         * The connection is reset now, the effect happens {@code millis} later, even after a restart. Until then reads
         * do not show it, and its key counts as in progress.
         */
        LATE,
        /** Answers success and does nothing; the key is not kept, so that a later honest call works. */
        LIE,
        /** A read shows the state of {@code millis} ago. */
        STALE,
        /** The ETag is sent as a weak one, which an {@code If-Match} never matches (412). */
        WEAK_ETAG,
        /** Charged, and answered with 402 {@code card_declined}; the same under the key from then on. */
        DECLINE_AFTER,
        /** Two effects under one key: two payments, refunds or messages; one answer. */
        DOUBLE;

        @JsonCreator
        static FaultKind ofName(String name) {
            return find(name).orElseThrow(() -> new IllegalArgumentException("unknown kind"));
        }

        static Optional<FaultKind> find(String name) {
            return Arrays.stream(values())
                    .filter(k -> k.wireName().equals(name))
                    .findAny();
        }

        @JsonValue
        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Whether the fault strikes before the provider processes the request. */
        boolean beforeEffect() {
            return this == STATUS || this == HANG_BEFORE || this == RESET_BEFORE;
        }

        /** Whether the client never gets an answer. */
        boolean unanswered() {
            return switch (this) {
                case HANG_BEFORE, HANG_AFTER, RESET_BEFORE, RESET_AFTER, LATE -> true;
                default -> false;
            };
        }

        /** Whether the honest answer is altered. */
        boolean changesAnswer() {
            return this == MALFORMED || this == EMPTY || this == HUGE || this == DRIP;
        }

        boolean appliesTo(Operation operation) {
            return switch (this) {
                case LATE, LIE -> operation.writes();
                case STALE -> operation == Operation.PROFILE_GET || operation == Operation.PAYMENT_FIND;
                case WEAK_ETAG -> operation.service().equals("profile") && operation != Operation.PROFILE_DELETE;
                case DECLINE_AFTER -> operation == Operation.PAYMENT_CHARGE;
                case DOUBLE ->
                    operation.writes() && !operation.service().equals("profile") && operation != Operation.PAYMENT_VOID;
                case WRONG_AMOUNT -> operation.service().equals("payment") && operation != Operation.PAYMENT_VOID;
                default -> true;
            };
        }
    }
}
