package dev.registrar.sandbox;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private final Counts counts = new Counts();

    void add(LedgerEntry entry) {
        int index = nodes.size();
        nodes.add(new Node(entry, chain(lastOfKey, entry.key(), index), chain(lastOfUser, entry.userId(), index)));
        counts.add(entry);
    }

    void clear() {
        nodes.clear();
        lastOfKey.clear();
        lastOfUser.clear();
        counts.clear();
    }

    int size() {
        return nodes.size();
    }

    Counts counts() {
        return counts;
    }

    /** The entries that match all that is given, in order. */
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

    /** Requests, effects and the uses of a known key since the ledger was last cleared. */
    static final class Counts {

        private final long[] requests = new long[Operation.values().length];
        private final long[] effects = new long[Operation.values().length];
        private final long[] keyUses = new long[LedgerEntry.KeyUse.values().length];

        private void add(LedgerEntry entry) {
            if (entry.of() == null) {
                requests[entry.operation().ordinal()]++;
            }
            if (entry.effect()) {
                effects[entry.operation().ordinal()]++;
            }
            if (entry.keyUse() != null) {
                keyUses[entry.keyUse().ordinal()]++;
            }
        }

        private void clear() {
            Arrays.fill(requests, 0);
            Arrays.fill(effects, 0);
            Arrays.fill(keyUses, 0);
        }

        long requests(Operation operation) {
            return requests[operation.ordinal()];
        }

        long effects(Operation operation) {
            return effects[operation.ordinal()];
        }

        long keyUses(LedgerEntry.KeyUse use) {
            return keyUses[use.ordinal()];
        }
    }
}
