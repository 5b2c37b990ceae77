package dev.registrar.store;

import dev.registrar.model.RegistrationId;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** The links between a failed registration and its retry. Thread-safe. */
public final class RetryStore {

    private final Jdbi jdbi;

    public RetryStore(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * Writes the id under which a failed registration is retried, unless there is one; returns the valid id. Empty if
     * the registration has not failed.
     */
    public Optional<RegistrationId> claim(RegistrationId failed, RegistrationId fresh, Instant at) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        UPDATE registrations SET retried_by = COALESCE(retried_by, :fresh), updated_at = :at
                        WHERE id = :id AND status = 'FAILED' RETURNING retried_by
                        """)
                .bind("id", failed.value())
                .bind("fresh", fresh.value())
                .bind("at", at)
                .map((row, context) -> new RegistrationId(row.getObject("retried_by", UUID.class)))
                .findOne());
    }

    /** Releases a claim that did not become a registration. */
    public void release(RegistrationId failed, RegistrationId claimed, Instant at) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        UPDATE registrations SET retried_by = NULL, updated_at = :at
                        WHERE id = :id AND retried_by = :claimed
                          AND NOT EXISTS (SELECT 1 FROM registrations WHERE id = :claimed)
                        """)
                .bind("id", failed.value())
                .bind("claimed", claimed.value())
                .bind("at", at)
                .execute());
    }

    /** Writes which registration the new one retries; returns false if that was done before. */
    public boolean link(RegistrationId fresh, RegistrationId failed) {
        return jdbi.withHandle(handle -> handle.createUpdate(
                                "UPDATE registrations SET attempt_of = :failed WHERE id = :id AND attempt_of IS NULL")
                        .bind("id", fresh.value())
                        .bind("failed", failed.value())
                        .execute())
                == 1;
    }
}
