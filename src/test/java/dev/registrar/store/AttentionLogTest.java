package dev.registrar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.registrar.database.TestDatabase;
import dev.registrar.model.RegistrationId;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/** The lines that say that a registration needs attention, and that it no longer does. */
class AttentionLogTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private final Rows rows = new Rows(DATABASE.jdbi());
    private final RegistrationTransitions transitions = rows.transitions();
    private final Logger logger = (Logger) LoggerFactory.getLogger(RegistrationTransitions.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private @Nullable Level levelBefore;

    @BeforeEach
    void listen() {
        levelBefore = logger.getLevel();
        logger.setLevel(Level.INFO);
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void unlisten() {
        logger.detachAppender(log);
        logger.setLevel(levelBefore);
    }

    private List<String> lines() {
        return log.list.stream()
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .toList();
    }

    private RegistrationId undoing() {
        RegistrationId id = rows.running();
        rows.set(id, "compensating_at = now(), intended_end = 'CANCELLED'");
        return id;
    }

    private UUID refundThatFailed(RegistrationId id) {
        UUID row = rows.refund(id);
        DATABASE.jdbi()
                .useHandle(handle -> handle.execute(
                        "UPDATE compensations SET last_error_code = 'payment_unavailable' WHERE id = ?", row));
        return row;
    }

    private void settle(RegistrationId id) {
        DATABASE.jdbi().useTransaction(handle -> transitions.settle(handle, id, false));
    }

    private void claim(RegistrationId id, int run) {
        DATABASE.jdbi().useTransaction(handle -> transitions.claim(handle, id, run));
    }

    private void rest(RegistrationId id) {
        DATABASE.jdbi().useTransaction(handle -> {
            transitions.lock(handle, id);
            transitions.rest(handle, id, 0);
        });
    }

    @Test
    void registrationThatNeedsAttentionIsLoggedOnceOverAllItsRunsAndItsEndOnce() {
        RegistrationId id = undoing();
        UUID refund = refundThatFailed(id);
        settle(id);
        assertThat(lines()).isEmpty();

        rest(id);
        settle(id);
        rest(id);
        claim(id, 2);
        rest(id);

        String needs = "WARN registration " + id
                + " needs attention: payment_unavailable; amount 49.90 USD; open undo work: refund";
        assertThat(lines()).containsExactly(needs);

        claim(id, 3);
        rows.close(refund, Duration.ZERO);
        settle(id);
        rest(id);
        settle(id);

        assertThat(lines())
                .containsExactly(
                        needs,
                        "INFO registration " + id + " no longer needs attention: it is CANCELLED; amount 49.90 USD");
    }

    @Test
    void everyOpenRowIsNamedAndOneWithoutAnAnswerIsUnknown() {
        RegistrationId id = undoing();
        refundThatFailed(id);
        rows.undo(id, "delete_profile", "profile", null);

        rest(id);

        assertThat(lines())
                .containsExactly("WARN registration " + id + " needs attention: payment_unavailable, profile_unknown;"
                        + " amount 49.90 USD; open undo work: refund, delete_profile");
    }

    @Test
    void paymentThatTurnsOutToBeChargedContinuesAndMayNeedAttentionAgain() {
        RegistrationId id = rows.running();
        UUID unknown = rows.undo(id, "resolve_payment", "payment", "49.90");
        rest(id);
        claim(id, 2);
        rows.close(unknown, Duration.ZERO);
        settle(id);
        rows.set(id, "compensating_at = now(), intended_end = 'FAILED'");
        refundThatFailed(id);
        rest(id);

        assertThat(lines())
                .containsExactly(
                        "WARN registration " + id
                                + " needs attention: payment_unknown; amount 49.90 USD; open undo work: resolve_payment",
                        "INFO registration " + id + " no longer needs attention: it is RUNNING; amount 49.90 USD",
                        "WARN registration " + id
                                + " needs attention: payment_unavailable; amount 49.90 USD; open undo work: refund");
    }

    @Test
    void undoThatSucceedsAtOnceAndRowsOfAnEndedRegistrationAreNotLogged() {
        RegistrationId undone = undoing();
        UUID refund = rows.refund(undone);
        settle(undone);
        rows.close(refund, Duration.ZERO);
        rest(undone);
        RegistrationId completed = rows.with(RegistrationStatus.COMPLETED);
        UUID late = rows.refund(completed);
        rest(completed);
        rows.close(late, Duration.ZERO);
        rest(completed);

        assertThat(lines()).isEmpty();
    }

    @Test
    void transactionThatIsRolledBackLogsNothingAndItsRepetitionOneLine() {
        RegistrationId id = undoing();
        refundThatFailed(id);

        assertThatThrownBy(() -> DATABASE.jdbi().useTransaction(handle -> {
                    transitions.lock(handle, id);
                    transitions.rest(handle, id, 0);
                    handle.execute("SELECT 1 / 0");
                }))
                .hasMessageContaining("division by zero");
        assertThat(lines()).isEmpty();

        rest(id);
        assertThat(lines()).hasSize(1);
    }
}
