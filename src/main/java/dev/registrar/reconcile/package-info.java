/**
 * Compares registrations with what the providers and the account table hold; a mismatch becomes a command.
 */
@NullMarked
package dev.registrar.reconcile;

import org.jspecify.annotations.NullMarked;
