/**
 * The demonstration: sends a handful of registrations and judges how they ended from the outside.
 */
@NullMarked
package dev.registrar.demo;

import org.jspecify.annotations.NullMarked;
