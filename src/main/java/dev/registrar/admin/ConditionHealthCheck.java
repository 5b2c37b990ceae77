package dev.registrar.admin;

import com.codahale.metrics.health.HealthCheck;
import dev.registrar.operations.ServiceHealth.Condition;
import java.util.function.Supplier;

/**
 * Shows one condition in {@code /healthcheck}. Always healthy, because a restart would not help; a degraded condition is shown
 * in its details.
 */
final class ConditionHealthCheck extends HealthCheck {

    private final Supplier<Condition> look;

    ConditionHealthCheck(Supplier<Condition> look) {
        this.look = look;
    }

    @Override
    protected Result check() {
        Condition condition = look.get();
        return Result.builder()
                .healthy()
                .withMessage("%s", condition.message())
                .withDetail("degraded", condition.degraded())
                .build();
    }
}
