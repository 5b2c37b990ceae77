/**
 * Finds what is due, starts or rings the run that attends to it, takes commands for it, and releases batches.
 */
@NullMarked
package dev.registrar.dispatch;

import org.jspecify.annotations.NullMarked;
