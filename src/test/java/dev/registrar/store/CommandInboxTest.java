package dev.registrar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.registrar.crypto.EncryptedDataCodec;
import dev.registrar.crypto.TestKeys;
import dev.registrar.database.TestDatabase;
import dev.registrar.model.NewerVersionException;
import dev.registrar.model.RegistrationId;
import dev.registrar.store.Command.Kind;
import dev.registrar.store.CommandInbox.Sender;
import dev.registrar.temporal.PayloadJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CommandInboxTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final Sender ANN = new Sender("ann", "why not", null);

    private final Rows rows = new Rows(DATABASE.jdbi());
    private final CommandInbox inbox = rows.inbox();

    /** The content of a command. */
    record Payload(String email) {}

    private int add(RegistrationId id, Kind kind, String target, @Nullable Object payload) {
        return add(inbox, id, kind, target, payload);
    }

    private int add(CommandInbox into, RegistrationId id, Kind kind, String target, @Nullable Object payload) {
        return DATABASE.jdbi().inTransaction(handle -> {
            rows.transitions().lock(handle, id);
            return into.add(handle, id, kind, target, payload, ANN);
        });
    }

    private boolean apply(RegistrationId id, int seq, @Nullable String result, @Nullable String code) {
        return DATABASE.jdbi().inTransaction(handle -> inbox.applied(handle, id, seq, result, code));
    }

    private List<Command> pending(RegistrationId id) {
        return DATABASE.jdbi().withHandle(handle -> inbox.pending(handle, id));
    }

    @Test
    void commandsAreNumberedInTheirOrderAndMakeTheRegistrationDue() {
        RegistrationId id = rows.with(RegistrationStatus.COMPLETED);

        assertThat(add(id, Kind.RESEND, "1", null)).isEqualTo(1);
        assertThat(add(id, Kind.ATTEND, "", null)).isEqualTo(2);
        assertThat(add(id, Kind.RESEND, "2", null)).isEqualTo(3);

        assertThat(pending(id)).extracting(Command::seq).containsExactly(1, 2, 3);
        RegistrationFacts facts = rows.facts(id);
        assertThat(facts.commandSeq()).isEqualTo(3);
        assertThat(facts.commandsPending()).isTrue();
        assertThat(facts.attendAt()).isBeforeOrEqualTo(facts.now());
    }

    @Test
    void sameCommandIsOneUntilItIsApplied() {
        RegistrationId id = rows.running();
        int first = add(id, Kind.CANCEL, "", null);

        assertThat(add(id, Kind.CANCEL, "", null)).isEqualTo(first);
        assertThat(rows.facts(id).commandSeq()).isEqualTo(1);
        assertThat(apply(id, first, null, null)).isTrue();

        assertThat(add(id, Kind.CANCEL, "", null)).isEqualTo(2);
    }

    @Test
    void commandOfTheServiceBecomesTheOperators() {
        RegistrationId id = rows.running();
        int own = DATABASE.jdbi().inTransaction(handle -> {
            rows.transitions().lock(handle, id);
            return inbox.add(handle, id, Kind.ATTEND, "", null, CommandInbox.Sender.SERVICE);
        });
        assertThat(pending(id)).extracting(Command::byOperator).containsExactly(false);

        assertThat(add(id, Kind.ATTEND, "", null)).isEqualTo(own);

        assertThat(pending(id)).extracting(Command::byOperator).containsExactly(true);
    }

    @Test
    void otherTargetIsAnotherCommand() {
        RegistrationId id = rows.running();

        assertThat(add(id, Kind.ATTEND, "", null)).isEqualTo(1);
        assertThat(add(id, Kind.ATTEND, "look", null)).isEqualTo(2);
        assertThat(add(id, Kind.ATTEND, "look", null)).isEqualTo(2);
    }

    @Test
    void manyAtOnceAreOneAndEveryOtherHasANumberOfItsOwn() {
        RegistrationId id = rows.running();

        List<CompletableFuture<Integer>> same = IntStream.range(0, 6)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> add(id, Kind.CANCEL, "", null)))
                .toList();
        List<CompletableFuture<Integer>> others = IntStream.range(0, 6)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> add(id, Kind.RESEND, "" + i, null)))
                .toList();

        assertThat(same.stream().map(CompletableFuture::join).distinct()).hasSize(1);
        assertThat(others.stream().map(CompletableFuture::join)).doesNotHaveDuplicates();
        assertThat(pending(id)).extracting(Command::seq).containsExactly(1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void commandIsAppliedOnceWithWhatBecameOfIt() {
        RegistrationId id = rows.running();
        int seq = add(id, Kind.RESOLVE, "row", null);

        assertThat(apply(id, seq, "{\"provider\": \"charged\"}", "contradicted"))
                .isTrue();
        assertThat(apply(id, seq, null, null)).isFalse();

        assertThat(pending(id)).isEmpty();
        Command applied = inbox.find(id, seq).orElseThrow();
        assertThat(applied.applied()).isTrue();
        assertThat(applied.result()).contains("charged");
        assertThat(applied.errorCode()).isEqualTo("contradicted");
        assertThat(inbox.find(id, 9)).isEmpty();
    }

    @Test
    void payloadIsReadBackAndAbsentIfThereIsNoneOrItWasErased() {
        RegistrationId id = rows.running();
        int with = add(id, Kind.RESEND, "1", new Payload("eve@example.com"));
        int without = add(id, Kind.ATTEND, "", null);

        assertThat(payload(inbox, id, with)).isEqualTo(new Payload("eve@example.com"));
        assertThat(payload(inbox, id, without)).isNull();
        DATABASE.jdbi().useHandle(handle -> handle.execute("UPDATE commands SET payload = NULL"));

        assertThat(payload(inbox, id, with)).isNull();
    }

    private static @Nullable Payload payload(CommandInbox from, RegistrationId id, int seq) {
        return DATABASE.jdbi()
                .withHandle(handle -> from.payload(handle, id, seq, Payload.class))
                .orElse(null);
    }

    @Test
    void payloadIsSealedAndOpensOnlyInItsPlace() {
        RegistrationId id = rows.running();
        CommandInbox sealing = new CommandInbox(
                DATABASE.jdbi(),
                new EncryptedDataCodec(PayloadJson.mapper(), TestKeys.cipher("first")),
                rows.transitions());
        int seq = add(sealing, id, Kind.RESEND, "1", new Payload("eve@example.com"));
        int other = add(sealing, id, Kind.RESEND, "2", new Payload("ann@example.com"));

        byte[] stored = DATABASE.jdbi()
                .withHandle(handle -> handle.createQuery(
                                "SELECT payload FROM commands WHERE registration_id = :id AND seq = :seq")
                        .bind("id", id.value())
                        .bind("seq", seq)
                        .mapTo(byte[].class)
                        .one());

        assertThat(new String(stored, StandardCharsets.ISO_8859_1)).doesNotContain("eve");
        assertThat(payload(sealing, id, seq)).isEqualTo(new Payload("eve@example.com"));
        DATABASE.jdbi()
                .useHandle(handle -> handle.execute(
                        "UPDATE commands SET payload = ? WHERE registration_id = ? AND seq = ?",
                        stored,
                        id.value(),
                        other));
        assertThatThrownBy(() -> payload(sealing, id, other)).isInstanceOf(RuntimeException.class);
    }

    @Test
    void senderStaysWithTheCommand() {
        RegistrationId id = rows.running();
        UUID batch = UUID.randomUUID();

        DATABASE.jdbi().useTransaction(handle -> {
            rows.transitions().lock(handle, id);
            inbox.add(handle, id, Kind.ATTEND, "", null, new Sender("ann", "night", batch));
        });

        String sender = DATABASE.jdbi()
                .withHandle(handle -> handle.createQuery(
                                "SELECT actor || '/' || reason || '/' || batch_id FROM commands WHERE registration_id = :id")
                        .bind("id", id.value())
                        .mapTo(String.class)
                        .one());
        assertThat(sender).isEqualTo("ann/night/" + batch);
    }

    @Test
    void commandOfANewerVersionIsLeftForANewerWorker() {
        RegistrationId id = rows.running();
        add(id, Kind.CANCEL, "", null);
        DATABASE.jdbi()
                .useHandle(handle -> handle.execute(
                        "UPDATE commands SET kind = 'teleport', version = 2 WHERE registration_id = ?", id.value()));

        assertThat(pending(id)).extracting(Command::kind, Command::newer).containsExactly(tuple(Kind.UNKNOWN, true));
        assertThat(add(id, Kind.CANCEL, "", null)).isEqualTo(2);
        assertThat(pending(id).get(1).newer()).isFalse();
    }

    record NewerPayload(String email, String priority) {}

    @Test
    void payloadWithAComponentOfANewerVersionIsNotReadWithoutIt() {
        RegistrationId id = rows.running();
        int seq = add(id, Kind.RESEND, "1", new NewerPayload("eve@example.com", "high"));

        assertThatThrownBy(() -> payload(inbox, id, seq))
                .isInstanceOf(NewerVersionException.class)
                .hasMessageContaining("priority");
    }

    @Test
    void commandsOfOneKindAreReadInTheirOrderAppliedOrNot() {
        RegistrationId id = rows.running();
        add(id, Kind.RESEND, "1", null);
        add(id, Kind.CANCEL, "", null);
        add(id, Kind.RESEND, "2", null);
        apply(id, 1, null, null);

        List<Command> resends = DATABASE.jdbi().withHandle(handle -> inbox.of(handle, id, Kind.RESEND));

        assertThat(resends).extracting(Command::target).containsExactly("1", "2");
    }
}
