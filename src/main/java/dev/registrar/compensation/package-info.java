/** The ledger of undo work, the execution and proof of undo, and the lookups at providers. */
@NullMarked
package dev.registrar.compensation;

import org.jspecify.annotations.NullMarked;
