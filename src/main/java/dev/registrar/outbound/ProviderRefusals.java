package dev.registrar.outbound;

import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;

/** Remembers that a service refuses us (401, 403, …) until one of its calls succeeds. Thread-safe. */
final class ProviderRefusals {

    private static final int NONE = 0;

    private final AtomicInteger lastStatus = new AtomicInteger(NONE);

    void refused(int status) {
        lastStatus.set(status);
    }

    void succeeded() {
        // Read first: the usual case writes nothing that other threads share.
        if (lastStatus.get() != NONE) {
            lastStatus.set(NONE);
        }
    }

    /** The HTTP status of the last refusal; empty if a call has succeeded since. */
    OptionalInt status() {
        int status = lastStatus.get();
        return status == NONE ? OptionalInt.empty() : OptionalInt.of(status);
    }
}
