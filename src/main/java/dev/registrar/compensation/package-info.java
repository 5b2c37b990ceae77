/**
 * The ledger of undo work and the one way in which an undo is done.
 */
@NullMarked
package dev.registrar.compensation;

import org.jspecify.annotations.NullMarked;
