package dev.registrar.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.database.TestDatabase;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.store.BatchItems;
import dev.registrar.store.BatchItems.Resender;
import dev.registrar.store.Batches;
import dev.registrar.store.Batches.SelectedMessages;
import dev.registrar.store.CommandInbox.Sender;
import dev.registrar.store.DueRegistrations;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.Rows;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.UnableToCreateStatementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One round over all running batches. */
class BatchReleaseTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private final Rows rows = new Rows(DATABASE.jdbi());
    private final Batches batches = new Batches(DATABASE.jdbi(), rows.meters());
    private final BatchItems items = new BatchItems(DATABASE.jdbi(), rows.inbox(), rows.transitions(), rows.meters());

    private UUID batch(RegistrationId registration) {
        UUID id = UUID.randomUUID();
        batches.createResend(
                id,
                new Sender("ann", "night", null),
                BigDecimal.TEN,
                List.of(new SelectedMessages(registration, List.of(Step.SMS))));
        return id;
    }

    @Test
    void batchThatFailsHoldsUpNoOtherAndIsReported() {
        RegistrationId failing = rows.with(RegistrationStatus.COMPLETED);
        RegistrationId sent = rows.with(RegistrationStatus.COMPLETED);
        UUID first = batch(failing);
        UUID second = batch(sent);
        Resender resender = (handle, id, channels, sender) -> {
            if (id.equals(failing)) {
                throw new UnableToCreateStatementException("the database is away");
            }
            return Optional.of(1);
        };
        Dispatcher dispatcher = new Dispatcher(
                new DueRegistrations(DATABASE.jdbi()),
                new FakeRuns(),
                service -> false,
                new Dispatcher.Settings(Duration.ofHours(1), Duration.ofMinutes(1), 1),
                rows.meters());

        assertThatThrownBy(new BatchRelease(items, resender, dispatcher)::round)
                .isInstanceOf(UnableToCreateStatementException.class);

        assertThat(batches.messages(second).get(0).commandSeq()).isEqualTo(1);
        assertThat(batches.messages(first).get(0).commandSeq()).isNull();
        assertThat(batches.messages(first).get(0).result())
                .as("tried again in the next round")
                .isNull();
    }
}
