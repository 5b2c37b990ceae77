/**
 * The one registry of metrics and its endpoint; metric and tag names.
 */
@NullMarked
package dev.registrar.metrics;

import org.jspecify.annotations.NullMarked;
