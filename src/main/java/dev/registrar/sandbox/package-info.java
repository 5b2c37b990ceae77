/**
 * A simulator of the four providers, over real HTTP, with faults on demand.
 */
@NullMarked
package dev.registrar.sandbox;

import org.jspecify.annotations.NullMarked;
