/** Releases that are kept: their migrations, histories and jar. */
@NullMarked
package dev.registrar.upgrade;

import org.jspecify.annotations.NullMarked;
