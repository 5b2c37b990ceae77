/**
 * Asks the configured providers, with throw-away data, whether they do what their type promises.
 */
@NullMarked
package dev.registrar.probe;

import org.jspecify.annotations.NullMarked;
