/**
 * Finds what is due, starts or rings the run that attends to it, and releases the commands of batches.
 */
@NullMarked
package dev.registrar.dispatch;

import org.jspecify.annotations.NullMarked;
