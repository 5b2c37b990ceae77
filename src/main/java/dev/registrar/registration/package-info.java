/**
 * The saga: workflow, its input and result, the policy of each service, start and sweeper.
 */
@NullMarked
package dev.registrar.registration;

import org.jspecify.annotations.NullMarked;
