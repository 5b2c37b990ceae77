/** The benchmark: Registrar compared with the specification's design and with an empty workflow, on one real server. */
@NullMarked
package dev.registrar.bench;

import org.jspecify.annotations.NullMarked;
