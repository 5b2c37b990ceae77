/** Prometheus rules and Grafana dashboards as files: do they say what the documents say, do alerts fire and clear, do queries parse. */
@NullMarked
package dev.registrar.monitoring;

import org.jspecify.annotations.NullMarked;
