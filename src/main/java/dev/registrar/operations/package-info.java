/** Operators' actions, with reason and audit entry; admin tasks are their interface. */
@NullMarked
package dev.registrar.operations;

import org.jspecify.annotations.NullMarked;
