package dev.registrar.call;

import io.temporal.workflow.Workflow;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** Runs code that no cancel of the workflow may interrupt. Workflow code. */
public final class DetachedScope {

    private DetachedScope() {}

    /** Runs it to its end on this thread; exceptions pass through. */
    @SuppressWarnings("NullAway") // the scope has run, so the result is set
    public static <R> R run(Supplier<R> work) {
        AtomicReference<R> result = new AtomicReference<>();
        Workflow.newDetachedCancellationScope(() -> result.set(work.get())).run();
        return result.get();
    }
}
