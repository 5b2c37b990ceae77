package dev.registrar.sandbox;

import dev.registrar.sandbox.Journal.JournalLine.Stored;
import dev.registrar.sandbox.RequestLedger.LedgerEntry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The idempotency keys, per operation. A key is forgotten once the window has passed since its answer was stored; then
 * it counts as new, as at real gateways. Guarded by the simulator's lock.
 */
final class KeyRegister {

    private final long windowMillis;
    private final Map<Operation, Map<String, Known>> keys = new EnumMap<>(Operation.class);

    KeyRegister(Duration window) {
        this.windowMillis = window.toMillis();
        for (Operation operation : Operation.values()) {
            keys.put(operation, new HashMap<>());
        }
    }

    /** How a request with this key is treated; a fresh key is in progress until it is stored or released. */
    Admission admit(ProviderCall call, long now) {
        if (call.key() == null || call.fingerprint() == null) {
            return Admission.FRESH;
        }
        Map<String, Known> known = of(call.operation());
        Known found = known.get(call.key());
        if (found == null || (found.answer != null && now - found.answer.storedAt >= windowMillis)) {
            known.put(call.key(), new Known(call.fingerprint(), null));
            return Admission.FRESH;
        }
        if (!found.fingerprint.equals(call.fingerprint())) {
            return new Admission(LedgerEntry.KeyUse.REUSED, null);
        }
        return found.answer == null
                ? new Admission(LedgerEntry.KeyUse.IN_PROGRESS, null)
                : new Admission(LedgerEntry.KeyUse.REPLAYED, found.answer);
    }

    void store(Operation operation, String key, Stored stored, long bodyEnd, long now) {
        long bodyOffset = bodyEnd - stored.length();
        StoredAnswer answer = new StoredAnswer(stored.status(), stored.etag(), bodyOffset, stored.length(), now);
        of(operation).put(key, new Known(stored.fingerprint(), answer));
    }

    /** Forgets a key that was in progress. */
    void release(ProviderCall call) {
        if (call.key() != null) {
            of(call.operation()).remove(call.key());
        }
    }

    private Map<String, Known> of(Operation operation) {
        Map<String, Known> known = keys.get(operation);
        if (known == null) {
            throw new IllegalStateException(operation.name());
        }
        return known;
    }

    /** @param answer absent while in progress */
    private record Known(String fingerprint, @Nullable StoredAnswer answer) {}

    /**
     * An answer in the journal.
     *
     * @param offset the offset of its body, in bytes
     * @param storedAt milliseconds since the epoch
     */
    record StoredAnswer(int status, @Nullable String etag, long offset, int length, long storedAt) {}

    /**
     * @param use absent for a fresh key (or none)
     * @param answer only for a replay
     */
    record Admission(
            LedgerEntry.@Nullable KeyUse use, @Nullable StoredAnswer answer) {

        static final Admission FRESH = new Admission(null, null);

        boolean fresh() {
            return use == null;
        }
    }
}
