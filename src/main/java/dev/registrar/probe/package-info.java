/**
 * Checks, with throw-away data, that the configured providers keep the promises of their type.
 */
@NullMarked
package dev.registrar.probe;

import org.jspecify.annotations.NullMarked;
