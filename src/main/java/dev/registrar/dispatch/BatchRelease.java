package dev.registrar.dispatch;

import dev.registrar.store.BatchItems;
import dev.registrar.store.BatchItems.Resender;
import dev.registrar.store.BatchItems.Running;

/**
 * Releases the commands of running batches: first a probe, the rest at the batch's rate once the probe has a result.
 * The registrations' own runs do the work in parallel. Thread-safe; instances take turns.
 */
public final class BatchRelease {

    private final BatchItems items;
    private final Resender resender;
    private final Dispatcher dispatcher;

    /** @param resender stores the commands of batches that resend messages */
    public BatchRelease(BatchItems items, Resender resender, Dispatcher dispatcher) {
        this.items = items;
        this.resender = resender;
        this.dispatcher = dispatcher;
    }

    /** One round over all running batches; a batch that fails does not hold up the later ones: it is reported at the end. */
    public void round() {
        boolean released = false;
        RuntimeException failure = null;
        for (Running batch : items.running()) {
            try {
                released |= items.release(batch, resender);
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
