/**
 * The table of registrations: acceptance, outcome, listing, and what the sweeper finds in it.
 */
@NullMarked
package dev.registrar.store;

import org.jspecify.annotations.NullMarked;
