package dev.registrar.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.compensation.CompensationLedger;
import dev.registrar.database.TestDatabase;
import dev.registrar.dispatch.CommandDesk;
import dev.registrar.model.RegistrationId;
import dev.registrar.operations.ReplayOperations.ChosenRow;
import dev.registrar.store.BatchItems;
import dev.registrar.store.Batches;
import dev.registrar.store.Rows;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
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
    private final Batches batches = new Batches(jdbi, rows.meters());
    private final BatchItems items = new BatchItems(jdbi, rows.inbox(), rows.transitions(), rows.meters());
    private final ReplayOperations replays =
            new ReplayOperations(ledger, batches, items, desk, audit, Clock.systemUTC());
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

    private UUID replay(ChosenRow... chosen) {
        return Objects.requireNonNull(
                replays.replayRows(List.of(chosen), BigDecimal.ONE, new OperatorNote("ann", "ticket 1"))
                        .batchId());
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
        replay(new ChosenRow(row, 0));

        assertThat(commands()).isOne();
        assertChanged(() -> replay(new ChosenRow(row, 0)));
        assertThat(items.running()).hasSize(1);
    }

    @Test
    void chosenRowsAreOneBatchAsLongAsNoneOfTheirRegistrationsHasChanged() {
        RegistrationId other = rows.running();
        UUID second = rows.refund(other);

        UUID batch = replay(new ChosenRow(row, 0), new ChosenRow(second, 0));

        assertThat(items.running())
                .singleElement()
                .satisfies(running -> assertThat(running.id()).isEqualTo(batch));
        assertThat(batches.find(batch).orElseThrow().total()).isEqualTo(2);
        assertThat(commands()).as("the probe is the first row").isOne();
    }

    @Test
    void chosenRowsAreLeftAloneIfOneOfTheirRegistrationsHasChanged() {
        RegistrationId other = rows.running();
        UUID second = rows.refund(other);
        replay(new ChosenRow(second, 0));

        assertChanged(() -> replay(new ChosenRow(row, 0), new ChosenRow(second, 0)));

        assertThat(items.running()).hasSize(1);
    }

    @Test
    void filterWithSeenSeqIsRefusedUnlessItsRowsAreOfOneRegistration() {
        rows.refund(rows.running());
        UndoQuery all = new UndoQuery(null, "refund", null, null, null, null, 10);

        assertThatThrownBy(() -> replays.replayMany(all, BigDecimal.ONE, seen(0)))
                .isInstanceOf(OperationRefusedException.class)
                .hasMessageContaining("rows of one registration");
    }

    @Test
    void secondOperatorResolvesNothingThatTheFirstHasReplayed() {
        replay(new ChosenRow(row, 0));

        assertChanged(() -> compensations.resolve(row, "tx_1", null, false, seen(0)));
    }

    @Test
    void cancelIsRefusedAfterAnotherCommand() {
        assertThat(desk.cancel(id, seen(0).sender(), seen(0)::requireSeen)).isEqualTo(CommandDesk.Cancelled.REQUESTED);

        assertChanged(() -> desk.cancel(id, seen(0).sender(), seen(0)::requireSeen));
    }

    @Test
    void withoutItEverythingIsDoneAsItStands() {
        replay(new ChosenRow(row, 0));

        replay(new ChosenRow(row, null));

        assertThat(items.running()).hasSize(2);
    }
}
