package dev.registrar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.database.TestDatabase;
import dev.registrar.model.RegistrationId;
import java.time.Duration;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AttemptTransactionsTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private final Rows rows = new Rows(DATABASE.jdbi());
    private final RegistrationId id = rows.running();
    private Duration passed = Duration.ZERO;

    private AttemptTransactions attempts(boolean local) {
        return new AttemptTransactions(DATABASE.jdbi(), () -> local, () -> passed.toNanos());
    }

    private int writeFor(Handle handle, Duration time) {
        rows.transitions().claim(handle, id, 7);
        passed = passed.plus(time);
        return 7;
    }

    private int run() {
        return rows.facts(id).run();
    }

    @Test
    void localAttemptWhoseTimeIsOverWritesNothing() {
        assertThatThrownBy(() -> attempts(true).inTransaction(handle -> writeFor(handle, Duration.ofMillis(2_001))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the time of this local attempt is over");

        assertThat(run()).isOne();
    }

    @Test
    void localAttemptInTimeIsWritten() {
        assertThat(attempts(true).<Integer>inTransaction(handle -> writeFor(handle, Duration.ofMillis(1_999))))
                .isEqualTo(7);

        assertThat(run()).isEqualTo(7);
    }

    @Test
    void durableAttemptHasMoreTime() {
        assertThat(attempts(false).<Integer>inTransaction(handle -> writeFor(handle, Duration.ofSeconds(9))))
                .isEqualTo(7);

        assertThat(run()).isEqualTo(7);
    }
}
