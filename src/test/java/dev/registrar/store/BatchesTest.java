package dev.registrar.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.database.TestDatabase;
import dev.registrar.model.Step;
import dev.registrar.store.Batches.Batch;
import dev.registrar.store.Batches.SelectedMessages;
import dev.registrar.store.Batches.State;
import dev.registrar.store.CommandInbox.Sender;
import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What operators see of batches before any item is released. */
class BatchesTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private final Rows rows = new Rows(DATABASE.jdbi());
    private final Batches batches = new Batches(DATABASE.jdbi(), rows.meters());

    @BeforeEach
    void empty() {
        DATABASE.jdbi().useHandle(handle -> handle.execute("TRUNCATE registrations, batches CASCADE"));
    }

    private UUID batch() {
        UUID id = UUID.randomUUID();
        batches.createResend(
                id,
                new Sender("ann", "night", null),
                BigDecimal.TEN,
                List.of(new SelectedMessages(rows.with(RegistrationStatus.COMPLETED), List.of(Step.SMS))));
        return id;
    }

    @Test
    void newestBatchesComeFirstAndAllAreCounted() {
        batch();
        UUID second = batch();
        UUID third = batch();

        assertThat(batches.newest(2)).extracting(Batch::id).containsExactly(third, second);
        assertThat(batches.count()).isEqualTo(3);
    }

    @Test
    void unknownBatchIsNotFound() {
        assertThat(batches.find(UUID.randomUUID())).isEmpty();
        assertThat(batches.change(UUID.randomUUID(), State.PAUSED)).isFalse();
    }
}
