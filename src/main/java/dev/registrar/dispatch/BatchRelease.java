package dev.registrar.dispatch;

import dev.registrar.store.Batches;
import dev.registrar.store.Batches.Resender;
import dev.registrar.store.Batches.Running;

/**
 * Releases the commands of running batches: first a probe, the rest at the batch's rate once the probe has a result.
 * The registrations' own runs do the work in parallel. Thread-safe; instances take turns.
 */
public final class BatchRelease {

    private final Batches batches;
    private final Resender resender;
    private final Dispatcher dispatcher;

    /** @param resender stores the commands of batches that resend messages */
    public BatchRelease(Batches batches, Resender resender, Dispatcher dispatcher) {
        this.batches = batches;
        this.resender = resender;
        this.dispatcher = dispatcher;
    }

    /** One round over all running batches; a batch that fails does not hold up the later ones: it is reported at the end. */
    public void round() {
        boolean released = false;
        RuntimeException failure = null;
        for (Running batch : batches.running()) {
            try {
                released |= batches.release(batch, resender);
            } catch (RuntimeException e) {
                failure = e;
            }
        }
        if (released) {
            dispatcher.wake();
        }
        if (failure != null) {
            throw failure;
        }
    }
}
