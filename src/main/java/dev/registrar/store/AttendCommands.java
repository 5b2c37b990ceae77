package dev.registrar.store;

import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.RegistrationId;
import java.util.List;
import java.util.Locale;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Closes {@code attend} commands, and the batch items that gave them, with what the ledger shows. Thread-safe. */
public final class AttendCommands {

    private final CommandInbox inbox;
    private final RegistrarMeters meters;

    public AttendCommands(CommandInbox inbox, RegistrarMeters meters) {
        this.inbox = inbox;
        this.meters = meters;
    }

    /**
     * Closes them as verified if every row is closed and every lookup answered. The registration's row must be locked by the
     * caller's transaction.
     *
     * @param seen the last command that the run has seen; later ones stay
     * @param lookError why the lookups are not complete; absent if they are
     * @return whether an operator gave one of them
     */
    public boolean close(Handle handle, RegistrationId id, int seen, @Nullable String lookError) {
        List<Command> attends = inbox.pending(handle, id).stream()
                .filter(command -> command.kind() == Command.Kind.ATTEND && command.seq() <= seen)
                .toList();
        if (attends.isEmpty()) {
            return false;
        }
        String left = handle.createQuery("""
                        SELECT COALESCE(last_error_code, service || '_unknown') FROM compensations
                        WHERE registration_id = :id AND closed_at IS NULL ORDER BY position, opened_at LIMIT 1
                        """)
                .bind("id", id.value())
                .mapTo(String.class)
                .findOne()
                .orElse(lookError);
        for (Command attend : attends) {
            inbox.applied(handle, id, attend.seq(), null, left);
            closeItems(handle, id, attend.seq());
        }
        return attends.stream().anyMatch(Command::byOperator);
    }

    private void closeItems(Handle handle, RegistrationId id, int seq) {
        handle.createQuery("""
                        UPDATE batch_items i
                        SET result = CASE WHEN c.closed_at IS NOT NULL THEN 'VERIFIED'
                                          WHEN c.last_error_code LIKE '%\\_unknown' THEN 'UNKNOWN'
                                          ELSE 'STILL_FAILING' END,
                            error_code = CASE WHEN c.closed_at IS NULL THEN c.last_error_code END, finished_at = now()
                        FROM compensations c
                        WHERE i.registration_id = :id AND i.command_seq = :seq AND i.result IS NULL
                          AND c.id = i.compensation_id
                        RETURNING i.result
                        """)
                .bind("id", id.value())
                .bind("seq", seq)
                .mapTo(String.class)
                .forEach(result -> handle.afterCommit(() -> meters.replayItem(result.toLowerCase(Locale.ROOT))));
    }
}
