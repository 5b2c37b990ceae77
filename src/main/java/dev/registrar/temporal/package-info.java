/**
 * Connection to Temporal, embedded server, worker as a managed object, health; independent of registrations.
 */
@NullMarked
package dev.registrar.temporal;

import org.jspecify.annotations.NullMarked;
