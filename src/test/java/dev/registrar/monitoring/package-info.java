/** Prometheus rules as files: do they say what the documents say, do they fire and clear. */
@NullMarked
package dev.registrar.monitoring;

import org.jspecify.annotations.NullMarked;
