package dev.registrar.account;

import dev.registrar.account.AccountStore.SaveResult;
import dev.registrar.metrics.CallMeter;
import dev.registrar.metrics.CallMeter.CallOutcome;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.CallDetails;
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
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.JdbiException;

/** The account activities over {@link AccountStore}. Thread-safe. */
public final class StoredDatabaseService implements DatabaseService {

    /** With the wait for a connection (1 s) this makes the 2 s of a local attempt. */
    private static final Duration LOCAL_LIMIT = Duration.ofSeconds(1);

    /** The longest statement of a durable attempt: none outlives its activity. */
    public static final Duration LIMIT = Duration.ofSeconds(10);

    private static final Set<CallOutcome> OUTCOMES =
            EnumSet.of(CallOutcome.SUCCESS, CallOutcome.UNAVAILABLE, CallOutcome.UNKNOWN);

    private static final String QUERY_CANCELED = "57014";

    private final AccountStore accounts;
    private final CallMeter saves;
    private final CallMeter reads;
    private final CallMeter deletes;
    private final Clock clock;

    public StoredDatabaseService(AccountStore accounts, RegistrarMeters meters, Clock clock) {
        this.saves = meters.calls(Step.DATABASE.code(), "save", OUTCOMES);
        this.reads = meters.calls(Step.DATABASE.code(), "get", OUTCOMES);
        this.deletes = meters.calls(Step.DATABASE.code(), "delete", OUTCOMES);
        this.accounts = accounts;
        this.clock = clock;
    }

    @Override
    public AccountReceipt saveUserData(SaveUserData request) {
        ActivityInfo info = Activity.getExecutionContext().getInfo();
        Duration limit = info.isLocal() ? LOCAL_LIMIT : LIMIT;
        SaveResult saved = classified(
                saves,
                info.isLocal(),
                () -> accounts.save(
                        request.registrationId(), request.profile(), request.transactionId(), clock.instant(), limit));
        return switch (saved) {
            case SAVED -> new AccountReceipt(info.getAttempt());
            case OF_ANOTHER ->
                throw new RejectedException(Step.DATABASE, "account_of_another", "the account is another's");
            case DELETED ->
                throw new RejectedException(Step.DATABASE, "account_deleted", "this registration deleted its account");
        };
    }

    @Override
    public AccountLookup getUserData(AccountReference request) {
        return classified(reads, false, () -> accounts.owner(request.registrationId(), request.userId(), LIMIT));
    }

    @Override
    public AccountUndo deleteUserData(AccountReference request) {
        AccountDeletion outcome =
                classified(deletes, false, () -> accounts.delete(request.registrationId(), request.userId(), LIMIT));
        return new AccountUndo(outcome, Activity.getExecutionContext().getInfo().getAttempt());
    }

    /** Drops the driver's message, which may quote values. */
    private static <T> T classified(CallMeter meter, boolean local, Supplier<T> statement) {
        meter.attempted();
        long begun = System.nanoTime();
        CallOutcome outcome = CallOutcome.UNKNOWN;
        try {
            T result = statement.get();
            outcome = CallOutcome.SUCCESS;
            return result;
        } catch (ConnectionException e) {
            outcome = CallOutcome.UNAVAILABLE;
            throw new UnavailableException(Step.DATABASE, "no connection to the database")
                    .with(CallDetails.noAnswer("no_connection"));
        } catch (JdbiException e) {
            String state = e.getCause() instanceof SQLException sql ? sql.getSQLState() : null;
            boolean timedOut = e.getCause() instanceof SQLTimeoutException || QUERY_CANCELED.equals(state);
            throw new UnknownOutcomeException(Step.DATABASE, "the statement failed", local && timedOut, null)
                    .with(CallDetails.noAnswer("sqlstate_" + state));
        } finally {
            meter.ended(outcome, System.nanoTime() - begun);
        }
    }
}
