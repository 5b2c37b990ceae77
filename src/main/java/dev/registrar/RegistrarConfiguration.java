package dev.registrar;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.registrar.database.DatabaseFactory;
import dev.registrar.reconcile.ReconcileConfiguration;
import dev.registrar.registration.RegistrationConfiguration;
import dev.registrar.sandbox.SandboxConfiguration;
import dev.registrar.temporal.TemporalFactory;
import io.dropwizard.core.Configuration;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;

/** {@code config.yml} as a whole; each section is documented on its record. */
public final class RegistrarConfiguration extends Configuration {

    private final @NotNull @Valid DatabaseFactory database;
    private final @NotNull @Valid TemporalFactory temporal;
    private final @NotNull @Valid ServicesConfiguration services;
    private final @NotNull @Valid RegistrationConfiguration registration;
    private final @NotNull @Valid ReconcileConfiguration reconcile;
    private final @NotNull @Valid SandboxConfiguration sandbox;

    public RegistrarConfiguration(
            @JsonProperty("database") DatabaseFactory database,
            @JsonProperty("temporal") TemporalFactory temporal,
            @JsonProperty("services") ServicesConfiguration services,
            @JsonProperty("registration") RegistrationConfiguration registration,
            @JsonProperty("reconcile") ReconcileConfiguration reconcile,
            @JsonProperty("sandbox") SandboxConfiguration sandbox) {
        this.database = database;
        this.temporal = temporal;
        this.services = services;
        this.registration = registration;
        this.reconcile = reconcile == null ? ReconcileConfiguration.defaults() : reconcile;
        this.sandbox = sandbox == null ? SandboxConfiguration.defaults() : sandbox;
    }

    public DatabaseFactory getDatabase() {
        return database;
    }

    public TemporalFactory getTemporal() {
        return temporal;
    }

    public ServicesConfiguration getServices() {
        return services;
    }

    public RegistrationConfiguration getRegistration() {
        return registration;
    }

    public ReconcileConfiguration getReconcile() {
        return reconcile;
    }

    public SandboxConfiguration getSandbox() {
        return sandbox;
    }
}
