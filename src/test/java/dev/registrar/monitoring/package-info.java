/**
 * Prometheus rules and Grafana dashboards as files: they agree with the documentation, alerts fire and clear, queries
 * parse.
 */
@NullMarked
package dev.registrar.monitoring;

import org.jspecify.annotations.NullMarked;
