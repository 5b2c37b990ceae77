package dev.registrar.store;

import dev.registrar.model.Step;
import java.time.Instant;

/**
 * What a registration waits for.
 *
 * @param reason {@code breaker_open, retry_after, settling, retry, call} or {@code cancel}
 */
public record WaitingOn(Step service, String reason, Instant since, Instant until) {}
