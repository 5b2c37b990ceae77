/**
 * The PostgreSQL that the service speaks to, run by itself or from outside, and the state of its schema.
 */
@NullMarked
package dev.registrar.database;

import org.jspecify.annotations.NullMarked;
