package dev.registrar.account;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.registrar.call.Attempted;
import dev.registrar.model.AttemptFailure;
import dev.registrar.model.ForwardCall;
import dev.registrar.model.Origin;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.UndoAttempt;
import dev.registrar.model.UndoCall;
import dev.registrar.model.UserProfile;
import io.temporal.activity.ActivityInterface;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The activities of the account table. All are safe to repeat with the same argument. */
@ActivityInterface
public interface DatabaseService {

    /** Saves the account, unless the user has one of another registration. */
    AccountReceipt saveUserData(SaveUserData request);

    /** Whether the user has an account, and whether this registration created it. */
    AccountLookup getUserData(AccountReference request);

    /** Deletes the account if this registration created it. */
    AccountUndo deleteUserData(AccountReference request);

    /**
     * @param transactionId the payment behind the account
     * @param origin which run makes the call
     */
    record SaveUserData(
            RegistrationId registrationId,
            UserProfile profile,
            @Nullable String transactionId,
            Origin origin) implements ForwardCall {}

    /** @param attempt the undo that a delete belongs to; null for a read */
    record AccountReference(
            RegistrationId registrationId,
            String userId,
            @Nullable UndoAttempt attempt) implements UndoCall {

        /** For a read. */
        public AccountReference(RegistrationId registrationId, String userId) {
            this(registrationId, userId, null);
        }
    }

    record AccountReceipt(
            int attempt,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<AttemptFailure> failures) implements Attempted {

        public AccountReceipt(int attempt) {
            this(attempt, List.of());
        }

        public AccountReceipt {
            failures = AttemptFailure.listOf(failures);
        }

        @Override
        public AccountReceipt after(List<AttemptFailure> earlier) {
            return new AccountReceipt(attempt, earlier);
        }
    }

    enum AccountLookup {
        ABSENT,
        OURS,
        FOREIGN
    }

    record AccountUndo(
            AccountDeletion outcome,
            int attempt,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<AttemptFailure> failures)
            implements Attempted {

        public AccountUndo(AccountDeletion outcome, int attempt) {
            this(outcome, attempt, List.of());
        }

        public AccountUndo {
            failures = AttemptFailure.listOf(failures);
        }

        @Override
        public AccountUndo after(List<AttemptFailure> earlier) {
            return new AccountUndo(outcome, attempt, earlier);
        }
    }

    enum AccountDeletion {
        DELETED,
        ABSENT,
        NOT_OURS
    }
}
