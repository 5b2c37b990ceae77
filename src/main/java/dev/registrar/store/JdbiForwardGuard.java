package dev.registrar.store;

import dev.registrar.model.ForwardGuard;
import dev.registrar.model.ForwardRefusedException;
import dev.registrar.model.RegistrationId;
import org.jdbi.v3.core.Jdbi;

/** Asks the row whether an undo has begun, a cancel was requested, or everything has ended already. Thread-safe. */
public final class JdbiForwardGuard implements ForwardGuard {

    private final Jdbi jdbi;

    public JdbiForwardGuard(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    @Override
    public void requireForward(RegistrationId id) {
        String standing = jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT CASE WHEN compensating_at IS NOT NULL OR status IN ('FAILED', 'CANCELLED') THEN 'turned_back'
                                    WHEN cancel_requested_at IS NOT NULL AND status <> 'COMPLETED' THEN 'cancel_requested'
                                    ELSE 'forward' END
                        FROM registrations WHERE id = :id
                        """)
                .bind("id", id.value())
                .mapTo(String.class)
                .findOne()
                .orElse("turned_back"));
        switch (standing) {
            case "turned_back" -> throw new ForwardRefusedException(id);
            case "cancel_requested" -> throw ForwardRefusedException.cancelRequested(id);
            default -> {
                // It may go forward.
            }
        }
    }
}
