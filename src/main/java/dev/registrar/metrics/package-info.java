/**
 * The registry of metrics, its endpoint and the declarations of all metrics.
 */
@NullMarked
package dev.registrar.metrics;

import org.jspecify.annotations.NullMarked;
