/**
 * The saga: the workflow that owns a registration, its input and result, acceptance and the policy of each service.
 */
@NullMarked
package dev.registrar.registration;

import org.jspecify.annotations.NullMarked;
