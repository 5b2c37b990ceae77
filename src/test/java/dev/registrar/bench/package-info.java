/** The benchmark: Registrar beside the design it was specified with and beside an empty workflow, on one real server. */
@NullMarked
package dev.registrar.bench;

import org.jspecify.annotations.NullMarked;
