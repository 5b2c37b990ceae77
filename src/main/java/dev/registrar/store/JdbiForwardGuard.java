package dev.registrar.store;

import dev.registrar.model.ForwardGuard;
import dev.registrar.model.ForwardRefusedException;
import dev.registrar.model.RegistrationId;
import org.jdbi.v3.core.Jdbi;

/** Asks the row whether an undo has begun, or everything has ended already. Thread-safe. */
public final class JdbiForwardGuard implements ForwardGuard {

    private final Jdbi jdbi;

    public JdbiForwardGuard(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    @Override
    public void requireForward(RegistrationId id) {
        boolean refused = jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT compensating_at IS NOT NULL OR status IN ('FAILED', 'CANCELLED')
                        FROM registrations WHERE id = :id
                        """)
                .bind("id", id.value())
                .mapTo(Boolean.class)
                .findOne()
                .orElse(true));
        if (refused) {
            throw new ForwardRefusedException(id);
        }
    }
}
