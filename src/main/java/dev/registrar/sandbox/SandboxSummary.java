package dev.registrar.sandbox;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.registrar.sandbox.LedgerEntry.KeyUse;
import dev.registrar.sandbox.StoredPayment.Payment;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The answer of {@code GET /sandbox/summary}.
 *
 * @param entries entries in the ledger; like requests, effects and replays, counted since it was last cleared
 * @param requests by service, then operation
 * @param effects by service, then operation
 * @param replays requests that had no effect because of their key
 * @param profiles profiles there are now
 * @param users by user, then currency: what the payments there are say, whether the ledger was cleared or not
 */
record SandboxSummary(
        long entries,
        Map<String, Map<String, Long>> requests,
        Map<String, Map<String, Long>> effects,
        Replays replays,
        int profiles,
        Map<String, Map<String, Balance>> users) {

    static SandboxSummary of(
            RequestLedger ledger, ProfileBook profiles, PaymentBook payments, @Nullable String userId, Instant now) {
        Map<String, Map<String, Long>> requests = new LinkedHashMap<>();
        Map<String, Map<String, Long>> effects = new LinkedHashMap<>();
        RequestLedger.Counts counts = ledger.counts();
        for (Operation operation : Operation.values()) {
            put(requests, operation, counts.requests(operation));
            put(effects, operation, counts.effects(operation));
        }
        Map<String, Map<String, Balance>> users = new TreeMap<>();
        for (Payment payment : payments.all(now)) {
            if (userId == null || userId.equals(payment.userId())) {
                users.computeIfAbsent(payment.userId(), id -> new TreeMap<>())
                        .merge(payment.currency(), Balance.of(payment), Balance::plus);
            }
        }
        Replays replays = new Replays(
                counts.keyUses(KeyUse.REPLAYED), counts.keyUses(KeyUse.IN_PROGRESS), counts.keyUses(KeyUse.REUSED));
        return new SandboxSummary(ledger.size(), requests, effects, replays, profiles.size(), users);
    }

    private static void put(Map<String, Map<String, Long>> all, Operation operation, long count) {
        all.computeIfAbsent(operation.service(), service -> new LinkedHashMap<>())
                .put(operation.verb(), count);
    }

    /**
     * @param replayed got the stored answer
     * @param inProgress got 409 because the first was still in work
     * @param reused got 422 because the body was another
     */
    record Replays(long replayed, long inProgress, long reused) {

        @JsonProperty
        long total() {
            return replayed + inProgress + reused;
        }
    }

    /**
     * @param charges payments that captured something
     * @param charged what they captured
     * @param net charged less refunded
     */
    record Balance(int charges, BigDecimal charged, BigDecimal refunded, BigDecimal net) {

        static Balance of(Payment payment) {
            return new Balance(
                    payment.captured().signum() > 0 ? 1 : 0,
                    payment.captured(),
                    payment.refunded(),
                    payment.captured().subtract(payment.refunded()));
        }

        Balance plus(Balance other) {
            return new Balance(
                    charges + other.charges,
                    charged.add(other.charged),
                    refunded.add(other.refunded),
                    net.add(other.net));
        }
    }
}
