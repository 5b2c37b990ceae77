/**
 * Wiring: the application, its configuration and its commands, without logic of their own.
 */
@NullMarked
package dev.registrar;

import org.jspecify.annotations.NullMarked;
