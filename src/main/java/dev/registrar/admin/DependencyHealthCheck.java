package dev.registrar.admin;

import com.codahale.metrics.health.HealthCheck;
import java.util.function.BooleanSupplier;

/**
 * Says in {@code /healthcheck} whether something outside this process answers. Always healthy, with {@code degraded} in its
 * details: a restart would not bring the other side back.
 */
public final class DependencyHealthCheck extends HealthCheck {

    private final String name;
    private final BooleanSupplier answers;

    /** @param answers whether it does; an exception says no */
    public DependencyHealthCheck(String name, BooleanSupplier answers) {
        this.name = name;
        this.answers = answers;
    }

    @Override
    protected Result check() {
        boolean degraded = !doesAnswer();
        return Result.builder()
                .healthy()
                .withMessage("%s %s", name, degraded ? "does not answer" : "answers")
                .withDetail("degraded", degraded)
                .build();
    }

    private boolean doesAnswer() {
        try {
            return answers.getAsBoolean();
        } catch (RuntimeException e) {
            return false;
        }
    }
}
