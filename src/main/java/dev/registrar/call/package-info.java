/**
 * How a workflow calls a service: attempts, back-off, patience, local first, guards; and how failures travel.
 */
@NullMarked
package dev.registrar.call;

import org.jspecify.annotations.NullMarked;
