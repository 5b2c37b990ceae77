package dev.registrar.store;

import dev.registrar.model.DataCodec;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.SealedData;
import dev.registrar.model.Step;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** The table of resends, for operators, the sweeper and the workflow. Thread-safe. */
public final class ResendStore implements ResendRecords {

    private final Jdbi jdbi;
    private final DataCodec codec;
    private final JsonColumns json;

    public ResendStore(Jdbi jdbi, DataCodec codec, JsonColumns json) {
        this.jdbi = jdbi;
        this.codec = codec;
        this.json = json;
    }

    /** All resends of a registration, by n. */
    public List<Resend> of(RegistrationId id) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT * FROM notification_resends WHERE registration_id = :id ORDER BY n")
                .bind("id", id.value())
                .map((row, context) -> map(row))
                .list());
    }

    public Optional<Resend> find(RegistrationId id, int n) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT * FROM notification_resends WHERE registration_id = :id AND n = :n")
                .bind("id", id.value())
                .bind("n", n)
                .map((row, context) -> map(row))
                .findOne());
    }

    /** Writes a new one; false where there is this n already. */
    public boolean create(RegistrationId id, int n, ResendData data, Instant at) {
        SealedData sealed = codec.seal(data, place(id, n));
        return jdbi.withHandle(handle -> handle.createUpdate("""
                        INSERT INTO notification_resends (registration_id, n, codec, data, created_at, updated_at)
                        VALUES (:id, :n, :codec, :data, :at, :at) ON CONFLICT DO NOTHING
                        """)
                        .bind("id", id.value())
                        .bind("n", n)
                        .bind("codec", sealed.codec())
                        .bind("data", sealed.bytes())
                        .bind("at", at)
                        .execute())
                == 1;
    }

    /** Lets one that has ended go on with what is left; false where it is under way. */
    public boolean again(RegistrationId id, int n, Instant at) {
        return jdbi.withHandle(handle -> handle.createUpdate("""
                        UPDATE notification_resends SET finished_at = NULL, lease_until = NULL, updated_at = :at
                        WHERE registration_id = :id AND n = :n AND finished_at IS NOT NULL
                        """)
                        .bind("id", id.value())
                        .bind("n", n)
                        .bind("at", at)
                        .execute())
                == 1;
    }

    /** Those whose workflow should be running, for one sweeper at a time; young ones are still being started. */
    public List<Resend> lease(Instant now, Duration lease) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        UPDATE notification_resends SET lease_until = :until
                        WHERE (registration_id, n) IN (SELECT registration_id, n FROM notification_resends
                                     WHERE finished_at IS NULL AND updated_at < :before
                                       AND (lease_until IS NULL OR lease_until < :now)
                                     FOR UPDATE SKIP LOCKED)
                        RETURNING *
                        """)
                .bind("until", now.plus(lease))
                .bind("now", now)
                .bind("before", now.minusSeconds(2))
                .map((row, context) -> map(row))
                .list());
    }

    @Override
    public void recordResend(ResendOutcome outcome) {
        jdbi.useTransaction(handle -> {
            Map<Step, ResendStep> steps = new EnumMap<>(Step.class);
            handle.createQuery("""
                            SELECT steps FROM notification_resends WHERE registration_id = :id AND n = :n FOR UPDATE
                            """)
                    .bind("id", outcome.registrationId().value())
                    .bind("n", outcome.n())
                    .map((row, context) -> json.list(row.getString("steps"), ResendStep.class))
                    .one()
                    .forEach(step -> steps.put(step.name(), step));
            outcome.steps().forEach(step -> steps.put(step.name(), step));
            handle.createUpdate("""
                            UPDATE notification_resends
                            SET steps = CAST(:steps AS jsonb), finished_at = :at, updated_at = :at, lease_until = NULL
                            WHERE registration_id = :id AND n = :n AND finished_at IS NULL
                            """)
                    .bind("id", outcome.registrationId().value())
                    .bind("n", outcome.n())
                    .bind("steps", json.write(List.copyOf(steps.values())))
                    .bind("at", outcome.at())
                    .execute();
        });
    }

    private static String place(RegistrationId id, int n) {
        return "resend:" + id + ":" + n;
    }

    private Resend map(ResultSet row) throws SQLException {
        Timestamp finished = row.getTimestamp("finished_at");
        RegistrationId id = new RegistrationId(row.getObject("registration_id", UUID.class));
        int n = row.getInt("n");
        SealedData sealed = new SealedData(row.getShort("codec"), row.getBytes("data"));
        return new Resend(
                id,
                n,
                codec.open(sealed, ResendData.class, place(id, n)),
                json.list(row.getString("steps"), ResendStep.class),
                finished == null ? null : finished.toInstant());
    }
}
