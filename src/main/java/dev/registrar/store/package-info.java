/**
 * The tables of registrations, commands and batches. {@link dev.registrar.store.RegistrationTransitions} is the only class that
 * changes a registration's status.
 */
@NullMarked
package dev.registrar.store;

import org.jspecify.annotations.NullMarked;
