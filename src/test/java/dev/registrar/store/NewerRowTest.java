package dev.registrar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.api.ProblemExceptionMapper;
import dev.registrar.compensation.CompensationLedger;
import dev.registrar.database.TestDatabase;
import dev.registrar.model.NewerVersionException;
import dev.registrar.model.RegistrationId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rows with codes and components of a newer version are left as they are. */
class NewerRowTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private final Rows rows = new Rows(DATABASE.jdbi());

    @BeforeEach
    void empty() {
        DATABASE.jdbi().useHandle(handle -> handle.execute("TRUNCATE registrations CASCADE"));
    }

    @Test
    void registrationInAStatusOfANewerVersionIsNeitherReadNorChanged() {
        RegistrationId id = rows.running();
        rows.set(id, "status = 'ON_LOAN'");

        assertThatThrownBy(() -> rows.find(id))
                .isInstanceOf(NewerVersionException.class)
                .hasMessage("RegistrationStatus ON_LOAN is not known to this version");
        assertThatThrownBy(() -> DATABASE.jdbi()
                        .useTransaction(handle -> rows.transitions().claim(handle, id, 2)))
                .isInstanceOf(NewerVersionException.class);
        assertThat(text("SELECT status || run FROM registrations")).isEqualTo("ON_LOAN1");
    }

    @Test
    void undoRowOfANewerVersionIsNotRead() {
        RegistrationId id = rows.running();
        rows.undo(id, "close_loan", "payment", null);

        assertThatThrownBy(() -> new CompensationLedger(DATABASE.jdbi()).of(id))
                .isInstanceOf(NewerVersionException.class)
                .hasMessageContaining("UndoAction CLOSE_LOAN");
    }

    @Test
    void errorCodeOfANewerVersionIsShownAsItIs() {
        RegistrationId id = rows.running();
        rows.set(
                id,
                "errors = '[{\"step\":\"payment\",\"code\":\"payment_on_loan\",\"message\":\"later\",\"lender\":\"x\"}]'");

        assertThat(rows.find(id).errors()).extracting(StepError::code).containsExactly("payment_on_loan");
    }

    @Test
    void resolutionOfANewerVersionIsNotReadWithoutWhatIsNew() {
        String resolution =
                "{\"outcome\":\"CHARGED\",\"transactionId\":\"tx\",\"captured\":null,\"note\":null,\"share\":2}";

        assertThatThrownBy(() -> Rows.json().readExactly(resolution, PaymentResolution.class))
                .isInstanceOf(NewerVersionException.class)
                .hasMessageContaining("share");
        assertThat(Rows.json()
                        .readExactly(resolution.replace(",\"share\":2", ",\"share\":null"), PaymentResolution.class))
                .extracting(PaymentResolution::outcome)
                .isEqualTo(PaymentResolution.Outcome.CHARGED);
    }

    @Test
    void requestForSuchARowIsToBeSentAgain() {
        var response = new ProblemExceptionMapper().toResponse(new NewerVersionException("a status"));

        assertThat(response.getStatus()).isEqualTo(503);
        assertThat(response.getHeaderString("Retry-After")).isNotNull();
    }

    private static String text(String sql) {
        return DATABASE.jdbi()
                .withHandle(
                        handle -> handle.createQuery(sql).mapTo(String.class).one());
    }
}
