/** What is shipped for Prometheus and Grafana, held to rules: files only, nothing runs. */
@NullMarked
package dev.registrar.monitoring;

import org.jspecify.annotations.NullMarked;
