package dev.registrar.planted.registration;

import dev.registrar.planted.payment.Gateway;
import io.temporal.workflow.Workflow;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;

/** Violates every rule for workflow code once. */
public final class ClockReadingWorkflowImpl {

    public Instant clock(Clock clock) {
        return clock.instant();
    }

    public Instant now() {
        return Instant.now();
    }

    public long millis() {
        return System.currentTimeMillis();
    }

    public int random() {
        return new Random().nextInt();
    }

    public UUID id() {
        return UUID.randomUUID();
    }

    public String implementation() {
        return new Gateway().charge();
    }

    public long allowed() {
        return Workflow.currentTimeMillis() + new WorkflowHelper().nanos();
    }
}
