/**
 * The PostgreSQL of the service, embedded or external, and its schema version.
 */
@NullMarked
package dev.registrar.database;

import org.jspecify.annotations.NullMarked;
