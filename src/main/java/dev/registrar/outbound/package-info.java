/**
 * The one HTTP client: whole-call deadline, breaker, meter, credentials, error classes; knows no provider.
 */
@NullMarked
package dev.registrar.outbound;

import org.jspecify.annotations.NullMarked;
