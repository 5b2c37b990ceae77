package dev.registrar.store;

import dev.registrar.model.Step;
import java.time.Instant;

/**
 * What a registration waits for.
 *
 * @param reason {@code breaker_open}, {@code retry_after}, {@code settling} or {@code retry}
 */
public record WaitingOn(Step service, String reason, Instant since, Instant until) {}
