package dev.registrar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.database.TestDatabase;
import dev.registrar.model.ForwardRefusedException;
import dev.registrar.model.RegistrationId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JdbiForwardGuardTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static Rows rows() {
        return new Rows(DATABASE.jdbi());
    }

    private static JdbiForwardGuard guard() {
        return new JdbiForwardGuard(DATABASE.jdbi());
    }

    @ParameterizedTest
    @EnumSource(names = {"ACCEPTED", "RUNNING", "COMPLETED", "NEEDS_ATTENTION"})
    void registrationWithoutAnUndoMayGoForward(RegistrationStatus status) {
        RegistrationId id = rows().with(status);

        assertThatCode(() -> guard().requireForward(id)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource(names = {"FAILED", "CANCELLED"})
    void turnedBackRegistrationMayNot(RegistrationStatus status) {
        RegistrationId id = rows().with(status);

        assertThatThrownBy(() -> guard().requireForward(id)).isInstanceOf(ForwardRefusedException.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"RUNNING", "COMPENSATING", "NEEDS_ATTENTION", "COMPLETED"})
    void registrationWhoseUndoHasBegunMayNot(RegistrationStatus status) {
        RegistrationId id = rows().with(status);
        rows().set(id, "compensating_at = now()");

        assertThatThrownBy(() -> guard().requireForward(id)).isInstanceOf(ForwardRefusedException.class);
    }

    @Test
    void registrationWhoseCancelWasRequestedMayNotAndTheRefusalIsNoUndo() {
        RegistrationId id = rows().with(RegistrationStatus.RUNNING);
        rows().set(id, "cancel_requested_at = now()");

        assertThatThrownBy(() -> guard().requireForward(id))
                .isInstanceOfSatisfying(
                        ForwardRefusedException.class,
                        e -> assertThat(e.cancelRequested()).isTrue());
    }

    @Test
    void unknownRegistrationMayNot() {
        assertThatThrownBy(() -> guard().requireForward(RegistrationId.random()))
                .isInstanceOf(ForwardRefusedException.class);
    }
}
