/**
 * E-mail over Resend's HTTP API, which deduplicates by {@code Idempotency-Key} for 24 hours.
 */
@NullMarked
package dev.registrar.notification.resend;

import org.jspecify.annotations.NullMarked;
