package dev.registrar.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.compensation.CompensationLedger;
import dev.registrar.database.TestDatabase;
import dev.registrar.dispatch.CommandDesk;
import dev.registrar.model.RegistrationId;
import dev.registrar.store.Batches;
import dev.registrar.store.Rows;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An action that carries the sequence number of its page is refused once the registration has changed. */
class SeenSeqTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private final Jdbi jdbi = DATABASE.jdbi();
    private final Rows rows = new Rows(jdbi);
    private final CompensationLedger ledger = new CompensationLedger(jdbi);
    private final AuditLog audit = new AuditLog(jdbi, Rows.json(), rows.meters(), Clock.systemUTC());
    private final CommandDesk desk = new CommandDesk(jdbi, rows.transitions(), rows.inbox(), id -> {});
    private final Batches batches = new Batches(jdbi, rows.inbox(), rows.transitions(), rows.meters());
    private final ReplayOperations replays = new ReplayOperations(ledger, batches, desk, audit, Clock.systemUTC());
    private final CompensationOperations compensations =
            new CompensationOperations(ledger, desk, rows.inbox(), audit, Clock.systemUTC());
    private final RegistrationId id = rows.running();
    private final UUID row = rows.refund(id);

    @BeforeEach
    void noOtherBatches() {
        jdbi.useHandle(handle -> handle.execute("TRUNCATE batches CASCADE"));
    }

    private static OperatorNote seen(int seq) {
        return new OperatorNote("ann", "ticket 1", seq);
    }

    private void assertChanged(ThrowingCallable action) {
        int commands = commands();
        assertThatThrownBy(action).isInstanceOf(OperationRefusedException.class).hasMessageStartingWith("changed: ");
        assertThat(commands()).isEqualTo(commands);
    }

    private int commands() {
        return ledger.of(id).get(0).commandSeq();
    }

    @Test
    void secondClickOnReplayIsRefused() {
        replays.replayOne(row, BigDecimal.ONE, seen(0));

        assertThat(commands()).isOne();
        assertChanged(() -> replays.replayOne(row, BigDecimal.ONE, seen(0)));
        assertThat(batches.running()).hasSize(1);
    }

    @Test
    void secondOperatorResolvesNothingThatTheFirstHasReplayed() {
        replays.replayOne(row, BigDecimal.ONE, seen(0));

        assertChanged(() -> compensations.resolve(row, "tx_1", null, false, seen(0)));
    }

    @Test
    void cancelIsRefusedAfterAnotherCommand() {
        assertThat(desk.cancel(id, seen(0).sender(), seen(0)::requireSeen)).isEqualTo(CommandDesk.Cancelled.REQUESTED);

        assertChanged(() -> desk.cancel(id, seen(0).sender(), seen(0)::requireSeen));
    }

    @Test
    void withoutItEverythingIsDoneAsItStands() {
        replays.replayOne(row, BigDecimal.ONE, seen(0));

        replays.replayOne(row, BigDecimal.ONE, new OperatorNote("ann", "ticket 1"));

        assertThat(batches.running()).hasSize(2);
    }
}
