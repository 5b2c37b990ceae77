/**
 * Wiring: the application, its configuration and its commands, without further logic.
 */
@NullMarked
package dev.registrar;

import org.jspecify.annotations.NullMarked;
