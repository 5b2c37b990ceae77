package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.database.TestDatabase;
import dev.registrar.model.EmailAddress;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.model.UserProfile;
import dev.registrar.notification.EmailSender.MessageGuarantees;
import dev.registrar.registration.ResendPlanner.Correction;
import dev.registrar.registration.ResendRecords.ResendData;
import dev.registrar.registration.ResendRecords.ResendStep;
import dev.registrar.store.BatchItems;
import dev.registrar.store.Batches;
import dev.registrar.store.Batches.MessageItem;
import dev.registrar.store.Batches.Result;
import dev.registrar.store.Batches.SelectedMessages;
import dev.registrar.store.CommandInbox.Sender;
import dev.registrar.store.JdbiRegistrationRecords;
import dev.registrar.store.RegistrationRecords.Applied;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.Rows;
import dev.registrar.store.StepStatus;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which commands batches of resends store: shared ones, none for data that cannot be read. */
class ResendPlannerTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final Sender ANN = new Sender("ann", "night", null);

    private final Rows rows = new Rows(DATABASE.jdbi());
    private final Resends resends = new Resends(DATABASE.jdbi(), Rows.json(), rows.inbox());
    private final ResendPlanner planner = new ResendPlanner(
            rows.store(),
            resends,
            new Messengers(MessageGuarantees.NONE, MessageGuarantees.NONE, "welcome-email-1", "welcome-sms-1"));
    private final Batches batches = new Batches(DATABASE.jdbi(), rows.meters());
    private final BatchItems items = new BatchItems(DATABASE.jdbi(), rows.inbox(), rows.transitions(), rows.meters());
    private final JdbiRegistrationRecords records = new JdbiRegistrationRecords(
            DATABASE.jdbi(), Rows.json(), rows.transitions(), rows.inbox(), rows.watch(), rows.meters(), id -> {});

    private RegistrationId unwelcomed() {
        return rows.with(RegistrationStatus.COMPLETED);
    }

    private UUID batch(Step channel, RegistrationId... registrations) {
        UUID id = UUID.randomUUID();
        batches.createResend(
                id,
                ANN,
                BigDecimal.valueOf(100_000),
                List.of(registrations).stream()
                        .map(each -> new SelectedMessages(each, List.of(channel)))
                        .toList());
        return id;
    }

    private void release(UUID batch) {
        items.running().stream().filter(each -> each.id().equals(batch)).forEach(each -> items.release(each, planner));
    }

    private MessageItem item(UUID batch, int position) {
        return batches.messages(batch).get(position - 1);
    }

    private @Nullable Result result(UUID batch) {
        return item(batch, 1).result();
    }

    private void sent(RegistrationId id, int seq, Step channel) {
        records.recordApplied(
                new Applied(id, 1, seq, List.of(new ResendStep(channel, StepStatus.SUCCEEDED, "m_1", null)), null));
    }

    @Test
    void itemWhoseResendAnotherBatchHasInHandSharesItsResult() {
        RegistrationId id = unwelcomed();
        UUID one = batch(Step.SMS, id);
        UUID two = batch(Step.SMS, id);

        release(one);
        release(two);
        assertThat(result(two)).isNull();
        assertThat(item(two, 1).commandSeq()).isEqualTo(1);
        assertThat(resends.of(id)).as("one resend").hasSize(1);
        sent(id, 1, Step.SMS);

        assertThat(result(one)).isEqualTo(Result.VERIFIED);
        assertThat(result(two)).isEqualTo(Result.VERIFIED);
    }

    @Test
    void resendOfOtherMessagesIsNotTakenForTheItemsOwn() {
        RegistrationId id = unwelcomed();
        UUID email = batch(Step.EMAIL, id);
        UUID sms = batch(Step.SMS, id);

        release(email);
        release(sms);
        sent(id, 1, Step.EMAIL);

        assertThat(result(email)).isEqualTo(Result.VERIFIED);
        assertThat(result(sms)).isEqualTo(Result.ALREADY_CLOSED);
    }

    @Test
    void itemThatCannotBeReadIsClosedAndTheOthersAreReleased() {
        RegistrationId request = unwelcomed();
        RegistrationId resend = unwelcomed();
        RegistrationId readable = unwelcomed();
        RegistrationId last = unwelcomed();
        rows.set(request, "request = '\\x00'");
        DATABASE.jdbi().useTransaction(handle -> {
            rows.transitions().lock(handle, resend);
            resends.ask(handle, resend, 1, data(), ANN);
            handle.execute("UPDATE commands SET payload = '\\x00' WHERE registration_id = ?", resend.value());
        });
        UUID batch = batch(Step.SMS, request, resend, readable, last);

        for (int i = 0; i < 4; i++) {
            release(batch);
        }

        assertThat(batches.messages(batch))
                .extracting(MessageItem::result)
                .containsExactly(Result.STILL_FAILING, Result.STILL_FAILING, null, null);
        assertThat(batches.messages(batch))
                .extracting(MessageItem::errorCode)
                .containsExactly("unreadable", "unreadable", null, null);
        assertThat(batches.messages(batch))
                .extracting(MessageItem::commandSeq)
                .as("the first that can be sent is the probe")
                .containsExactly(null, null, 1, null);
    }

    private static ResendData data() {
        return new ResendData(
                Rows.request("u-1").userProfile(),
                List.of(),
                List.of(Step.SMS),
                "welcome-email-1",
                "welcome-sms-1",
                null);
    }

    @Test
    void correctionToAnotherSpellingOfTheSameAddressIsTheSame() {
        UserProfile profile = new UserProfile(
                "u-1", EmailAddress.normalised("ada@b\u00fccher.example"), "Ada Lovelace", null, Map.of());
        ResendData data = new ResendData(
                profile, List.of(Step.EMAIL), List.of(Step.EMAIL), "welcome-email-1", "welcome-sms-1", null);

        assertThat(new Correction("ada@xn--bcher-kva.EXAMPLE", null, null).isIn(data))
                .isTrue();
        assertThat(new Correction("eve@b\u00fccher.example", null, null).isIn(data))
                .isFalse();
    }
}
