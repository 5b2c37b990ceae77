/**
 * Who is calling and what they may do: keys, roles, limits.
 */
@NullMarked
package dev.registrar.access;

import org.jspecify.annotations.NullMarked;
