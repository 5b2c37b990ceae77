/**
 * The one HTTP client: whole-call deadline, breaker, meter, credentials, error classes; independent of providers.
 *
 * <p>Three layers, their order visible in {@link dev.registrar.outbound.ServiceOperation}: breaker, meter, then
 * {@link dev.registrar.outbound.HttpExchange one exchange under one deadline}. Nothing is retried here.
 */
@NullMarked
package dev.registrar.outbound;

import org.jspecify.annotations.NullMarked;
