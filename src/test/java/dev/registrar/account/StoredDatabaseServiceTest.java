package dev.registrar.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.account.DatabaseService.AccountReference;
import dev.registrar.account.DatabaseService.SaveUserData;
import dev.registrar.database.TestDatabase;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.EmailAddress;
import dev.registrar.model.JsonDataCodec;
import dev.registrar.model.Origin;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.RejectedException;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UnknownOutcomeException;
import dev.registrar.model.UserProfile;
import dev.registrar.temporal.PayloadJson;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.temporal.activity.ActivityOptions;
import io.temporal.activity.LocalActivityOptions;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.testing.TestActivityEnvironment;
import io.temporal.testing.TestEnvironmentOptions;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StoredDatabaseServiceTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private final RegistrationId ours = RegistrationId.random();
    private TestActivityEnvironment environment;

    @BeforeEach
    void open() {
        environment = TestActivityEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                .setWorkflowClientOptions(WorkflowClientOptions.newBuilder()
                        .setDataConverter(PayloadJson.dataConverter(List.of()))
                        .build())
                .build());
    }

    @AfterEach
    void close() {
        environment.close();
    }

    private void register(Jdbi jdbi) {
        environment.registerActivitiesImplementations(new StoredDatabaseService(
                new AccountStore(jdbi, new JsonDataCodec(PayloadJson.mapper())),
                new RegistrarMeters(new SimpleMeterRegistry()),
                Clock.systemUTC()));
    }

    private DatabaseService durable() {
        return environment.newActivityStub(
                DatabaseService.class,
                ActivityOptions.newBuilder()
                        .setStartToCloseTimeout(Duration.ofSeconds(20))
                        .build());
    }

    private DatabaseService local() {
        return environment.newLocalActivityStub(
                DatabaseService.class,
                LocalActivityOptions.newBuilder()
                        .setStartToCloseTimeout(Duration.ofSeconds(20))
                        .build(),
                Map.of());
    }

    private SaveUserData save(RegistrationId id, String user) {
        return new SaveUserData(
                id,
                new UserProfile(user, new EmailAddress("ada@example.com"), "Ada", null, Map.of()),
                "tx_1",
                new Origin("test-run-id", 0));
    }

    private static void assertCause(ActivityFailure failure, Class<? extends Exception> type) {
        assertThat(failure).hasStackTraceContaining(type.getName());
    }

    @Test
    void accountOfAnotherIsRejected() {
        register(DATABASE.jdbi());
        durable().saveUserData(save(ours, "u-1"));

        assertThatThrownBy(() -> durable().saveUserData(save(RegistrationId.random(), "u-1")))
                .isInstanceOfSatisfying(ActivityFailure.class, e -> assertCause(e, RejectedException.class));
    }

    @Test
    void refusedConnectionIsUnavailable() {
        register(Jdbi.create(() -> {
                    throw new SQLException("no");
                })
                .installPlugin(new SqlObjectPlugin()));

        assertThatThrownBy(() -> durable().getUserData(new AccountReference(ours, "u-3")))
                .isInstanceOfSatisfying(ActivityFailure.class, e -> assertCause(e, UnavailableException.class));
    }

    @Test
    void statementThatFailsIsUnknownAndItsTextStaysHere() {
        Jdbi withoutTables = TestDatabase.fresh();
        withoutTables.useHandle(handle -> handle.execute("DROP TABLE accounts"));
        register(withoutTables);

        assertThatThrownBy(() -> durable().deleteUserData(new AccountReference(ours, "u-secret")))
                .isInstanceOfSatisfying(ActivityFailure.class, e -> {
                    assertCause(e, UnknownOutcomeException.class);
                    assertThat(e.toString() + e.getCause()).doesNotContain("u-secret");
                });
    }

    @Test
    void localAttemptEndsByItself() {
        register(DATABASE.jdbi());
        durable().saveUserData(save(ours, "u-4"));
        try (Handle handle = DATABASE.jdbi().open()) {
            handle.begin();
            handle.execute("SELECT 1 FROM accounts WHERE user_id = 'u-4' FOR UPDATE");
            long begun = System.nanoTime();

            assertThatThrownBy(() -> local().saveUserData(save(ours, "u-4")))
                    .isInstanceOfSatisfying(ActivityFailure.class, e -> assertCause(e, UnknownOutcomeException.class));

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMillis(2_500));
            handle.rollback();
        }
    }
}
