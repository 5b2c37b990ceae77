/**
 * The ledger of undo work, the one way in which an undo is done and proved, and the questions asked of providers.
 */
@NullMarked
package dev.registrar.compensation;

import org.jspecify.annotations.NullMarked;
