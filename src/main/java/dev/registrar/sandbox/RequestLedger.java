package dev.registrar.sandbox;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.registrar.sandbox.Fault.FaultKind;
import dev.registrar.sandbox.RequestLedger.LedgerEntry.KeyUse;
import dev.registrar.sandbox.StoredPayment.Payment;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Every request in order, chained per key and per user so that one registration is found without a scan. Guarded by the
 * simulator's lock.
 */
final class RequestLedger {

    private static final int NONE = -1;

    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Integer> lastOfKey = new HashMap<>();
    private final Map<String, Integer> lastOfUser = new HashMap<>();

    void add(LedgerEntry entry) {
        int index = nodes.size();
        nodes.add(new Node(entry, chain(lastOfKey, entry.key(), index), chain(lastOfUser, entry.userId(), index)));
    }

    void clear() {
        nodes.clear();
        lastOfKey.clear();
        lastOfUser.clear();
    }

    /** The entries that match all given filters, in order. */
    List<LedgerEntry> find(@Nullable String key, @Nullable String userId, @Nullable String service, long after) {
        List<LedgerEntry> found = new ArrayList<>();
        if (key != null) {
            for (int i = last(lastOfKey, key); i != NONE; i = nodes.get(i).previousOfKey) {
                found.add(nodes.get(i).entry);
            }
            Collections.reverse(found);
        } else if (userId != null) {
            for (int i = last(lastOfUser, userId); i != NONE; i = nodes.get(i).previousOfUser) {
                found.add(nodes.get(i).entry);
            }
            Collections.reverse(found);
        } else {
            nodes.forEach(node -> found.add(node.entry));
        }
        found.removeIf(entry -> entry.seq() <= after
                || (userId != null && !userId.equals(entry.userId()))
                || (service != null && !service.equals(entry.operation().service())));
        return found;
    }

    private static int chain(Map<String, Integer> last, @Nullable String name, int index) {
        if (name == null) {
            return NONE;
        }
        Integer previous = last.put(name, index);
        return previous == null ? NONE : previous;
    }

    private static int last(Map<String, Integer> last, String name) {
        return last.getOrDefault(name, NONE);
    }

    private record Node(LedgerEntry entry, int previousOfKey, int previousOfUser) {}

    /**
     * One request, as the ledger keeps it.
     *
     * @param seq rises by one with every entry, also across restarts
     * @param at milliseconds since the epoch, when the request was processed
     * @param key the idempotency key; for a find the key looked up
     * @param amount the amount captured or refunded; without an effect the amount requested
     * @param status the status sent; 0 if none was
     * @param effect whether it changed anything that counts: a profile, money, a message
     * @param keyUse set if an earlier request of the same key decided
     * @param of the entry of which this is the late effect
     */
    record LedgerEntry(
            long seq,
            long at,
            Operation operation,
            @Nullable String key,
            @Nullable String userId,
            @Nullable BigDecimal amount,
            @Nullable String currency,
            @Nullable String reference,
            int status,
            boolean effect,
            @Nullable FaultKind fault,
            @Nullable KeyUse keyUse,
            @Nullable Long of) {

        /** Why a request with a known key had no effect. */
        enum KeyUse {
            REPLAYED,
            IN_PROGRESS,
            REUSED
        }
    }

    /**
     * The answer of {@code GET /sandbox/summary}.
     *
     * @param entries entries in the ledger; like requests, effects and replays, counted since it was last cleared
     * @param requests by service, then operation
     * @param effects by service, then operation
     * @param replays requests that had no effect because of their key
     * @param profiles number of existing profiles
     * @param users by user, then currency: computed from all payments, even if the ledger was cleared
     */
    record SandboxSummary(
            long entries,
            Map<String, Map<String, Long>> requests,
            Map<String, Map<String, Long>> effects,
            Replays replays,
            int profiles,
            Map<String, Map<String, Balance>> users) {

        static SandboxSummary of(
                RequestLedger ledger,
                ProfileBook profiles,
                PaymentBook payments,
                @Nullable String userId,
                Instant now) {
            Map<String, Map<String, Long>> requests = new LinkedHashMap<>();
            Map<String, Map<String, Long>> effects = new LinkedHashMap<>();
            for (Operation operation : Operation.values()) {
                count(requests, operation, 0);
                count(effects, operation, 0);
            }
            Map<KeyUse, Long> uses = new EnumMap<>(KeyUse.class);
            for (Node node : ledger.nodes) {
                LedgerEntry entry = node.entry;
                count(requests, entry.operation(), entry.of() == null ? 1 : 0);
                count(effects, entry.operation(), entry.effect() ? 1 : 0);
                if (entry.keyUse() != null) {
                    uses.merge(entry.keyUse(), 1L, Long::sum);
                }
            }
            Map<String, Map<String, Balance>> users = new TreeMap<>();
            for (Payment payment : payments.all(now)) {
                if (userId == null || userId.equals(payment.userId())) {
                    users.computeIfAbsent(payment.userId(), id -> new TreeMap<>())
                            .merge(payment.currency(), Balance.of(payment), Balance::plus);
                }
            }
            Replays replays = new Replays(
                    uses.getOrDefault(KeyUse.REPLAYED, 0L),
                    uses.getOrDefault(KeyUse.IN_PROGRESS, 0L),
                    uses.getOrDefault(KeyUse.REUSED, 0L));
            return new SandboxSummary(ledger.nodes.size(), requests, effects, replays, profiles.size(), users);
        }

        private static void count(Map<String, Map<String, Long>> all, Operation operation, long more) {
            all.computeIfAbsent(operation.service(), service -> new LinkedHashMap<>())
                    .merge(operation.verb(), more, Long::sum);
        }

        /**
         * @param replayed got the stored answer
         * @param inProgress got 409 because the first was still in progress
         * @param reused got 422 because the body was different
         */
        record Replays(long replayed, long inProgress, long reused) {

            @JsonProperty
            long total() {
                return replayed + inProgress + reused;
            }
        }

        /**
         * @param charges payments that captured something
         * @param charged the amount captured by them
         * @param net charged minus refunded
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
}
