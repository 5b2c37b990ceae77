package dev.registrar.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.registrar.database.TestDatabase;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.operations.AuditLog.Entry;
import dev.registrar.store.JsonColumns;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AuditLogTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private final Jdbi jdbi = DATABASE.jdbi();
    private final AuditLog audit = new AuditLog(
            jdbi,
            new JsonColumns(new ObjectMapper()),
            new RegistrarMeters(new SimpleMeterRegistry()),
            Clock.systemUTC());
    private final OperatorNote note = new OperatorNote("ann", "test");

    private void force(String breaker) {
        jdbi.useTransaction(inner -> inner.execute(
                "INSERT INTO breaker_overrides (breaker, state, until, set_at) VALUES (?, 'OPEN', now(), now())",
                breaker));
    }

    private int forced(String breaker) {
        return jdbi.withHandle(
                handle -> handle.createQuery("SELECT count(*) FROM breaker_overrides WHERE breaker = :name")
                        .bind("name", breaker)
                        .mapTo(Integer.class)
                        .one());
    }

    @Test
    void changeAndItsEntryAreWrittenTogether() {
        audit.changing(note, new Entry("a", "s:1", Map.of("n", 1)), () -> force("one"));

        assertThat(forced("one")).isOne();
        assertThat(audit.last("a", "s:1")).contains(Map.of("n", "1"));
    }

    @Test
    void changeIsTakenBackWhereItsEntryCannotBeWritten() {
        Entry unwritable = new Entry("a", "s:2", Map.of("n", new Object()));

        assertThatThrownBy(() -> audit.changing(note, unwritable, () -> force("two")))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(forced("two")).isZero();
    }

    @Test
    void nothingIsWrittenWhereNothingWasChanged() {
        boolean changed = audit.changing(note, new Entry("a", "s:3"), () -> false, done -> done);

        assertThat(changed).isFalse();
        assertThat(audit.last("a", "s:3")).isEmpty();
    }
}
