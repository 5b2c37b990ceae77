package dev.registrar.dispatch;

import dev.registrar.store.Batches;
import dev.registrar.store.Batches.Running;

/**
 * Releases the commands of running batches: first a probe, the rest at the batch's rate once the probe has a result.
 * The registrations' own runs do the work in parallel. Thread-safe; instances take turns.
 */
public final class BatchRelease {

    private final Batches batches;
    private final Dispatcher dispatcher;

    public BatchRelease(Batches batches, Dispatcher dispatcher) {
        this.batches = batches;
        this.dispatcher = dispatcher;
    }

    /** One round over all running batches. */
    public void round() {
        boolean released = false;
        for (Running batch : batches.running()) {
            released |= batches.release(batch);
        }
        if (released) {
            dispatcher.wake();
        }
    }
}
