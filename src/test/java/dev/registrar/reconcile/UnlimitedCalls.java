package dev.registrar.reconcile;

import dev.registrar.call.WorkflowEngine;
import java.time.Duration;
import java.util.function.Supplier;

/** Waits for Temporal without a limit. */
final class UnlimitedCalls implements WorkflowEngine.CallLimits {

    @Override
    public <T> T within(Duration limit, Supplier<T> call) {
        return call.get();
    }
}
