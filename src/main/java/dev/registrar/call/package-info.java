/**
 * How a step is called from a workflow: attempts, back-off, patience, local first; and how failures travel.
 */
@NullMarked
package dev.registrar.call;

import org.jspecify.annotations.NullMarked;
