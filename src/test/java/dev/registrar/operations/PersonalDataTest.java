package dev.registrar.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.account.AccountStore;
import dev.registrar.database.TestDatabase;
import dev.registrar.model.RegistrationId;
import dev.registrar.operations.ErasureOperations.ErasedRegistration;
import dev.registrar.operations.ErasureOperations.PersonalData;
import dev.registrar.store.Command.Kind;
import dev.registrar.store.CommandInbox.Sender;
import dev.registrar.store.NewRegistration;
import dev.registrar.store.Rows;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PersonalDataTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final Instant AT = Rows.NOW.plusSeconds(60);
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Rows rows = new Rows(DATABASE.jdbi());
    private final AccountStore accounts = new AccountStore(DATABASE.jdbi(), Rows.codec());
    private final PersonalData data = new PersonalData(DATABASE.jdbi());
    private final String user = Rows.freshUser();
    private final RegistrationId id = ended();

    private RegistrationId ended() {
        NewRegistration fresh = Rows.fresh(user, "key-" + user);
        rows.store().accept(fresh);
        rows.set(fresh.id(), "status = 'COMPLETED', finished_at = created_at, attend_at = NULL, attending = FALSE");
        return fresh.id();
    }

    private int resend() {
        return DATABASE.jdbi().inTransaction(handle -> {
            rows.transitions().lock(handle, id);
            return rows.inbox().add(handle, id, Kind.RESEND, "1", Map.of("email", "eve@example.com"), Sender.SERVICE);
        });
    }

    private void apply(int seq) {
        DATABASE.jdbi().useHandle(handle -> rows.inbox().applied(handle, id, seq, null, null));
    }

    private boolean payloadIsKept(int seq) {
        return DATABASE.jdbi()
                .withHandle(handle -> rows.inbox().payload(handle, id, seq, Map.class))
                .isPresent();
    }

    @Test
    void eraseClearsRequestAccountAndPayloadsAndKeepsTheIds() {
        accounts.save(id, Rows.request(user).userProfile(), "tx_1", Rows.NOW, LIMIT);
        int seq = resend();
        apply(seq);

        assertThat(data.erase(user, AT)).isTrue();

        assertThat(rows.store().request(id)).isEmpty();
        assertThat(rows.find(id).idempotencyKey()).isNull();
        assertThat(rows.find(id).bodyHash()).isEmpty();
        assertThat(accounts.find(user)).isEmpty();
        assertThat(payloadIsKept(seq)).isFalse();
        assertThat(rows.inbox().find(id, seq)).isPresent();
        assertThat(data.erased(user)).containsExactly(new ErasedRegistration(id.value(), user, "COMPLETED", AT));
    }

    @Test
    void secondEraseFindsNothing() {
        data.erase(user, AT);

        assertThat(data.erase(user, AT.plusSeconds(1))).isFalse();
    }

    @Test
    void commandThatIsNotAppliedNeedsTheData() {
        int seq = resend();

        assertThatThrownBy(() -> data.erase(user, AT))
                .isInstanceOf(OperationRefusedException.class)
                .hasMessageContaining("command");
        assertThat(payloadIsKept(seq)).isTrue();
        apply(seq);

        assertThat(data.erase(user, AT)).isTrue();
    }

    @Test
    void openUndoWorkAndARegistrationThatGoesOnNeedTheData() {
        UUID row = rows.refund(id);
        assertThatThrownBy(() -> data.erase(user, AT)).hasMessageContaining("undo work");
        rows.close(row, Duration.ZERO);
        rows.set(id, "status = 'RUNNING', finished_at = NULL");
        assertThatThrownBy(() -> data.erase(user, AT)).hasMessageContaining("RUNNING");

        assertThat(rows.store().request(id)).isPresent();
    }

    @Test
    void unknownUserIsNamedSoAndATombstoneIsNoUser() {
        accounts.delete(RegistrationId.random(), "u-tombstone", LIMIT);

        for (String unknown : new String[] {"u-nobody", "u-tombstone"}) {
            assertThatThrownBy(() -> data.erase(unknown, AT)).isInstanceOf(OperationRefusedException.class);
        }
    }
}
