package dev.registrar.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.database.TestDatabase;
import dev.registrar.model.RegistrationId;
import dev.registrar.store.BatchItems.Running;
import dev.registrar.store.Batches.Selected;
import dev.registrar.store.Batches.State;
import dev.registrar.store.CommandInbox.Sender;
import dev.registrar.store.RegistrationRecords.Rest;
import dev.registrar.temporal.PayloadJson;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.testing.TestActivityEnvironment;
import io.temporal.testing.TestEnvironmentOptions;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How a batch processes its rows: frozen, probed, paced, stopped by itself, paused, resumed, cancelled. */
class BatchItemsTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final String DOWN = "payment_unavailable";

    private final Rows rows = new Rows(DATABASE.jdbi());
    private final Batches batches = new Batches(DATABASE.jdbi(), rows.meters());
    private final BatchItems batchItems =
            new BatchItems(DATABASE.jdbi(), rows.inbox(), rows.transitions(), rows.meters());
    private TestActivityEnvironment environment;
    private RegistrationRecords records;

    @BeforeEach
    void open() {
        environment = TestActivityEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                .setWorkflowClientOptions(WorkflowClientOptions.newBuilder()
                        .setDataConverter(PayloadJson.dataConverter(List.of()))
                        .build())
                .build());
        environment.registerActivitiesImplementations(new JdbiRegistrationRecords(
                DATABASE.jdbi(), Rows.json(), rows.transitions(), rows.inbox(), rows.watch(), rows.meters(), id -> {}));
        records = environment.newActivityStub(RegistrationRecords.class);
    }

    @AfterEach
    void close() {
        environment.close();
    }

    @BeforeEach
    void empty() {
        DATABASE.jdbi().useHandle(handle -> handle.execute("TRUNCATE registrations, batches CASCADE"));
    }

    private Selected lateRefund() {
        RegistrationId id = rows.with(RegistrationStatus.FAILED);
        return new Selected(rows.refund(id), id);
    }

    private List<Selected> lateRefunds(int count) {
        return Stream.generate(this::lateRefund).limit(count).toList();
    }

    /** @param rate items per second */
    private UUID batch(String rate, List<Selected> selection) {
        UUID id = UUID.randomUUID();
        batches.create(id, new Sender("ann", "night", null), new BigDecimal(rate), selection);
        return id;
    }

    private State state(UUID batch) {
        return batches.find(batch).orElseThrow().state();
    }

    /** Runs one release round; the rate counts from a last release this long ago. */
    private void release(UUID batch, Duration ago) {
        DATABASE.jdbi()
                .useHandle(handle -> handle.createUpdate(
                                "UPDATE batches SET released_at = now() - :ago * interval '1 millisecond' WHERE id = :id")
                        .bind("ago", ago.toMillis())
                        .bind("id", batch)
                        .execute());
        batchItems.running().stream()
                .filter(each -> each.id().equals(batch))
                .forEach(each -> batchItems.release(each, BatchItems.Resender.NONE));
    }

    private void release(UUID batch) {
        release(batch, Duration.ofHours(1));
    }

    /** The number of pending commands. */
    private int waiting() {
        return DATABASE.jdbi()
                .withHandle(handle -> handle.createQuery("SELECT count(*) FROM commands WHERE applied_at IS NULL")
                        .mapTo(Integer.class)
                        .one());
    }

    /** Simulates a registration's run that attended to the row: it is closed, or left open with this code. */
    private void attended(Selected item, @Nullable String errorCode) {
        if (errorCode == null) {
            rows.close(item.compensation(), Duration.ZERO);
        } else {
            DATABASE.jdbi()
                    .useHandle(handle -> handle.execute(
                            "UPDATE compensations SET last_error_code = ? WHERE id = ?",
                            errorCode,
                            item.compensation()));
        }
        RegistrationFacts facts = rows.facts(item.registration());
        records.rest(new Rest(item.registration(), 1, facts.commandSeq(), null, null, null, Rows.NOW));
    }

    private List<String> results(UUID batch) {
        return DATABASE.jdbi()
                .withHandle(handle -> handle.createQuery("""
                        SELECT COALESCE(result, CASE WHEN command_seq IS NULL THEN '-' ELSE 'RELEASED' END) FROM batch_items
                        WHERE batch_id = :id ORDER BY position
                        """)
                        .bind("id", batch)
                        .mapTo(String.class)
                        .list());
    }

    @Test
    void probeIsReleasedAloneUntilItHasAResult() {
        List<Selected> items = lateRefunds(3);
        UUID batch = batch("10", items);

        release(batch);
        release(batch);
        assertThat(results(batch)).containsExactly("RELEASED", "-", "-");
        assertThat(rows.facts(items.get(0).registration()).attendAt()).isNotNull();

        attended(items.get(0), null);
        release(batch);
        assertThat(results(batch)).containsExactly("VERIFIED", "RELEASED", "RELEASED");
    }

    @Test
    void restIsReleasedAtTheRate() {
        List<Selected> items = lateRefunds(8);
        UUID batch = batch("0.5", items);
        release(batch);
        attended(items.get(0), null);

        release(batch, Duration.ofMillis(1_900));
        assertThat(waiting()).isZero();
        release(batch, Duration.ofMillis(6_100));
        assertThat(waiting()).isEqualTo(3);
        release(batch, Duration.ZERO);

        assertThat(waiting()).isEqualTo(3);
    }

    @Test
    void batchIsDoneWhenAllHaveTheirResultAndNotBefore() {
        List<Selected> items = lateRefunds(2);
        UUID batch = batch("10", items);
        release(batch);
        attended(items.get(0), "payment_rejected");
        release(batch);
        release(batch);
        assertThat(state(batch)).isEqualTo(State.RUNNING);

        attended(items.get(1), "payment_unknown");
        release(batch);

        assertThat(state(batch)).isEqualTo(State.DONE);
        assertThat(batches.find(batch).orElseThrow().finishedAt()).isNotNull();
        assertThat(results(batch)).containsExactly("STILL_FAILING", "UNKNOWN");
        assertThat(batchItems.running()).isEmpty();
    }

    @Test
    void probeThatFindsItsProviderUnavailableStopsTheBatchUntilItIsResumed() {
        List<Selected> items = lateRefunds(3);
        UUID batch = batch("10", items);
        release(batch);
        attended(items.get(0), DOWN);

        release(batch);
        assertThat(state(batch)).isEqualTo(State.STOPPED);
        assertThat(batches.find(batch).orElseThrow().note()).contains("probe");
        assertThat(waiting()).isZero();

        assertThat(batches.change(batch, State.RUNNING)).isTrue();
        release(batch);
        assertThat(results(batch)).containsExactly("STILL_FAILING", "RELEASED", "-");
        attended(items.get(1), null);
        release(batch);
        assertThat(results(batch)).containsExactly("STILL_FAILING", "VERIFIED", "RELEASED");
    }

    @Test
    void rowThatCanNeverWorkStopsNothing() {
        List<Selected> items = lateRefunds(12);
        UUID batch = batch("100", items);
        release(batch);
        for (Selected item : items.subList(0, 11)) {
            attended(item, "payment_rejected");
            release(batch);
        }

        assertThat(state(batch)).isEqualTo(State.RUNNING);
        assertThat(results(batch)).endsWith("RELEASED");
    }

    @Test
    void providerThatIsUnavailableForMostOfTheLastTenStopsTheBatch() {
        List<Selected> items = lateRefunds(14);
        UUID batch = batch("1", items);
        release(batch);
        for (int i = 0; i < 10; i++) {
            attended(items.get(i), i < 4 ? null : DOWN);
            release(batch, Duration.ofMillis(1_100));
        }

        assertThat(state(batch)).isEqualTo(State.STOPPED);
        assertThat(batches.find(batch).orElseThrow().note()).contains("half");
        assertThat(results(batch).subList(10, 14)).containsOnly("-");
    }

    @Test
    void pausedBatchReleasesNothingUntilItIsResumed() {
        UUID batch = batch("10", lateRefunds(2));
        assertThat(batches.change(batch, State.PAUSED)).isTrue();

        release(batch);
        assertThat(waiting()).isZero();
        batches.change(batch, State.RUNNING);
        release(batch);

        assertThat(waiting()).isOne();
    }

    @Test
    void roundThatBeganBeforeThePauseReleasesNothing() {
        UUID batch = batch("10", lateRefunds(1));
        Running running = batchItems.running().get(0);
        batches.change(batch, State.PAUSED);

        assertThat(batchItems.release(running, BatchItems.Resender.NONE)).isFalse();
        assertThat(waiting()).isZero();
    }

    @Test
    void cancelledBatchCancelsWhatIsNotReleasedAndTheRestGetsItsResult() {
        List<Selected> items = lateRefunds(3);
        UUID batch = batch("10", items);
        release(batch);

        assertThat(batches.change(batch, State.CANCELLED)).isTrue();
        attended(items.get(0), null);

        assertThat(results(batch)).containsExactly("VERIFIED", "CANCELLED", "CANCELLED");
        assertThat(batches.change(batch, State.RUNNING)).isFalse();
        release(batch);
        assertThat(waiting()).isZero();
    }

    @Test
    void rowThatSomebodyClosedMeanwhileIsNotTried() {
        List<Selected> items = lateRefunds(2);
        UUID batch = batch("10", items);
        rows.close(items.get(0).compensation(), Duration.ZERO);

        release(batch);
        assertThat(results(batch)).containsExactly("ALREADY_CLOSED", "-");
        release(batch);
        attended(items.get(1), null);
        release(batch);

        assertThat(results(batch)).containsExactly("ALREADY_CLOSED", "VERIFIED");
        assertThat(state(batch)).isEqualTo(State.DONE);
    }

    @Test
    void twoBatchesShareOneCommandAndItsResult() {
        Selected item = lateRefund();
        UUID one = batch("10", List.of(item));
        UUID two = batch("10", List.of(item));

        release(one);
        release(two);
        assertThat(waiting()).isOne();
        attended(item, null);
        List.of(one, two).forEach(this::release);

        assertThat(results(one)).isEqualTo(results(two)).containsExactly("VERIFIED");
        assertThat(state(one)).isEqualTo(state(two)).isEqualTo(State.DONE);
    }

    @Test
    void rowsOfOneRegistrationShareACommand() {
        Selected refund = lateRefund();
        List<Selected> items = new ArrayList<>(List.of(refund));
        items.add(new Selected(
                rows.undo(refund.registration(), "delete_profile", "profile", null), refund.registration()));
        UUID batch = batch("10", items);
        release(batch);
        attended(refund, null);

        release(batch);

        assertThat(results(batch)).containsExactly("VERIFIED", "RELEASED");
        assertThat(waiting()).isOne();
    }
}
