package dev.registrar.compensation;

import dev.registrar.model.AttemptFailure;
import dev.registrar.model.RegistrationId;
import dev.registrar.store.JsonColumns;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The failed attempts of undo rows. Only operators read them, one registration at a time: lists of rows do not carry
 * them. Thread-safe.
 */
public final class UndoFailures {

    private final Jdbi jdbi;
    private final JsonColumns json;

    public UndoFailures(Jdbi jdbi, JsonColumns json) {
        this.jdbi = jdbi;
        this.json = json;
    }

    /** The newest failed attempts by row, oldest first; rows without any are left out. */
    public Map<UUID, List<AttemptFailure>> of(RegistrationId id) {
        Map<UUID, List<AttemptFailure>> failures = new HashMap<>();
        jdbi.useHandle(handle -> handle.createQuery("""
                        SELECT id, failures FROM compensations WHERE registration_id = :id AND failures IS NOT NULL
                        """)
                .bind("id", id.value())
                .map((row, context) -> failures.put(row.getObject("id", UUID.class), read(row.getString("failures"))))
                .list());
        return failures;
    }

    /**
     * The row's column with these in addition; null if there are none. Call it with the registration locked, before the
     * attempts of the same run are added to the row's.
     *
     * @param failures with their ordinals among the attempts of this run
     */
    @Nullable
    String with(Handle handle, UUID rowId, List<AttemptFailure> failures) {
        if (failures.isEmpty()) {
            return null;
        }
        return handle.createQuery("SELECT attempts, failures FROM compensations WHERE id = :id")
                .bind("id", rowId)
                .map((row, context) -> {
                    List<AttemptFailure> all = read(row.getString("failures"));
                    for (AttemptFailure failure : failures) {
                        all = failure.after(row.getInt("attempts")).addedTo(all);
                    }
                    return json.write(all);
                })
                .findOne()
                .orElse(null);
    }

    private List<AttemptFailure> read(@Nullable String column) {
        return json.list(column, AttemptFailure.class);
    }
}
