package dev.registrar.account;

import dev.registrar.model.ForwardGuard;
import dev.registrar.model.RejectedException;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UnknownOutcomeException;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityInfo;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.JdbiException;

/** The account activities over {@link AccountStore}. Thread-safe. */
public final class StoredDatabaseService implements DatabaseService {

    /** Together with the wait for a connection (1 s) the 2 s of a local attempt. */
    private static final Duration LOCAL_LIMIT = Duration.ofSeconds(1);

    /** The longest statement of a durable attempt: it ends before its activity does, so that none outlives it. */
    public static final Duration LIMIT = Duration.ofSeconds(10);

    private static final String QUERY_CANCELED = "57014";

    private final AccountStore accounts;
    private final ForwardGuard guard;
    private final Clock clock;

    public StoredDatabaseService(AccountStore accounts, ForwardGuard guard, Clock clock) {
        this.accounts = accounts;
        this.guard = guard;
        this.clock = clock;
    }

    @Override
    public AccountReceipt saveUserData(SaveUserData request) {
        ActivityInfo info = Activity.getExecutionContext().getInfo();
        if (request.origin().mustAsk(info.getWorkflowRunId())) {
            guard.requireForward(request.registrationId());
        }
        Duration limit = info.isLocal() ? LOCAL_LIMIT : LIMIT;
        boolean saved = classified(
                info.isLocal(),
                () -> accounts.save(
                        request.registrationId(), request.profile(), request.transactionId(), clock.instant(), limit));
        if (!saved) {
            throw new RejectedException(Step.DATABASE, "account_of_another", "the user's account is another's");
        }
        return new AccountReceipt(info.getAttempt());
    }

    @Override
    public AccountLookup getUserData(AccountReference request) {
        return classified(false, () -> accounts.owner(request.registrationId(), request.userId(), LIMIT));
    }

    @Override
    public AccountUndo deleteUserData(AccountReference request) {
        AccountDeletion outcome =
                classified(false, () -> accounts.delete(request.registrationId(), request.userId(), LIMIT));
        return new AccountUndo(outcome, Activity.getExecutionContext().getInfo().getAttempt());
    }

    /** The driver's text may quote values: it stays here. */
    private static <T> T classified(boolean local, Supplier<T> statement) {
        try {
            return statement.get();
        } catch (ConnectionException e) {
            throw new UnavailableException(Step.DATABASE, "no connection to the database");
        } catch (JdbiException e) {
            boolean timedOut = e.getCause() instanceof SQLTimeoutException
                    || (e.getCause() instanceof SQLException sql && QUERY_CANCELED.equals(sql.getSQLState()));
            throw new UnknownOutcomeException(Step.DATABASE, "the statement failed", local && timedOut, null);
        }
    }
}
