package dev.registrar.sandbox;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
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

        private final Map<Operation, Long> requests = new EnumMap<>(Operation.class);
        private final Map<Operation, Long> effects = new EnumMap<>(Operation.class);
        private final Map<LedgerEntry.KeyUse, Long> keyUses = new EnumMap<>(LedgerEntry.KeyUse.class);

        private void add(LedgerEntry entry) {
            if (entry.of() == null) {
                requests.merge(entry.operation(), 1L, Long::sum);
            }
            if (entry.effect()) {
                effects.merge(entry.operation(), 1L, Long::sum);
            }
            if (entry.keyUse() != null) {
                keyUses.merge(entry.keyUse(), 1L, Long::sum);
            }
        }

        private void clear() {
            requests.clear();
            effects.clear();
            keyUses.clear();
        }

        long requests(Operation operation) {
            return requests.getOrDefault(operation, 0L);
        }

        long effects(Operation operation) {
            return effects.getOrDefault(operation, 0L);
        }

        long keyUses(LedgerEntry.KeyUse use) {
            return keyUses.getOrDefault(use, 0L);
        }
    }
}
