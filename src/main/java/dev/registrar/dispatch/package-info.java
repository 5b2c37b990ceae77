/**
 * Finds due registrations, starts or rings their runs, stores commands for them, and releases batches.
 */
@NullMarked
package dev.registrar.dispatch;

import org.jspecify.annotations.NullMarked;
