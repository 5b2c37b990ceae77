package dev.registrar.store;

import dev.registrar.model.RegistrationId;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Writes that a cancel was asked for. Thread-safe. */
public final class CancelStore {

    private final Jdbi jdbi;

    public CancelStore(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** What became of the request. */
    public enum Cancelled {
        /** Written; the workflow is to be told. */
        REQUESTED,
        /** The undo has begun, or an operator is needed: written, nobody to tell. */
        NOTED,
        /** Too late. */
        ENDED,
        UNKNOWN_ID
    }

    /** Writes the request where the registration has not ended; once written it stays. */
    public Cancelled request(RegistrationId id, Instant at) {
        return jdbi.inTransaction(handle -> {
            Optional<RegistrationStatus> written = handle.createQuery("""
                            UPDATE registrations
                            SET cancel_requested_at = COALESCE(cancel_requested_at, :at), updated_at = :at
                            WHERE id = :id AND status NOT IN ('COMPLETED', 'FAILED', 'CANCELLED') RETURNING status
                            """)
                    .bind("id", id.value())
                    .bind("at", at)
                    .mapTo(RegistrationStatus.class)
                    .findOne();
            if (written.isEmpty()) {
                return exists(handle, id) ? Cancelled.ENDED : Cancelled.UNKNOWN_ID;
            }
            if (written.get() == RegistrationStatus.NEEDS_ATTENTION) {
                noteInRow(handle, id);
            }
            boolean running =
                    written.get() == RegistrationStatus.RUNNING || written.get() == RegistrationStatus.ACCEPTED;
            return running ? Cancelled.REQUESTED : Cancelled.NOTED;
        });
    }

    /** A payment that nobody can tell yet: the cancel is applied when its row closes. */
    private static void noteInRow(Handle handle, RegistrationId id) {
        handle.createUpdate("""
                        UPDATE compensations SET intended_end = 'CANCELLED'
                        WHERE registration_id = :id AND action = 'resolve_payment' AND state NOT IN ('DONE', 'RESOLVED')
                        """).bind("id", id.value()).execute();
    }

    private static boolean exists(Handle handle, RegistrationId id) {
        return handle.createQuery("SELECT TRUE FROM registrations WHERE id = :id")
                .bind("id", id.value())
                .mapTo(Boolean.class)
                .findOne()
                .orElse(false);
    }
}
