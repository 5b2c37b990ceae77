/**
 * The demonstration: sends a few registrations and judges from outside how they ended.
 */
@NullMarked
package dev.registrar.demo;

import org.jspecify.annotations.NullMarked;
