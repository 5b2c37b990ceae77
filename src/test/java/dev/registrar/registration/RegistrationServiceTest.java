package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.database.TestDatabase;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.Money;
import dev.registrar.model.PaymentRequest;
import dev.registrar.model.RegistrationId;
import dev.registrar.registration.Acceptance.Accepted;
import dev.registrar.registration.Acceptance.AlreadyRegistered;
import dev.registrar.registration.Acceptance.BacklogFull;
import dev.registrar.registration.Acceptance.KeyReused;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.RegistrationStore;
import dev.registrar.store.RequestData;
import dev.registrar.store.Rows;
import dev.registrar.temporal.PayloadJson;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import java.sql.SQLException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RegistrationServiceTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static EngineRig rig;

    private final RequestData request = Rows.request(Rows.freshUser());
    private Rows rows;
    private RegistrationService service;

    @BeforeAll
    static void startTemporal() {
        rig = new EngineRig();
    }

    @AfterAll
    static void stopTemporal() {
        rig.close();
    }

    @BeforeEach
    void open() {
        rig.silent(false);
        rows = new Rows(DATABASE.jdbi());
        service = service(rows.store());
    }

    private static RegistrationService service(RegistrationStore store) {
        return service(store, new BacklogLimit(0));
    }

    private static RegistrationService service(RegistrationStore store, BacklogLimit backlog) {
        return new RegistrationService(
                store,
                rig.inputs(),
                rig.runs(store),
                backlog,
                PayloadJson.mapper(),
                new RegistrarMeters(new SimpleMeterRegistry()),
                Clock.fixed(Rows.NOW, ZoneOffset.UTC));
    }

    private static RequestData withAmount(RequestData request, String amount) {
        PaymentRequest payment = request.payment();
        return new RequestData(
                request.userProfile(),
                new PaymentRequest(
                        payment.userId(), Money.of(amount, "USD"), payment.paymentMethod(), payment.description()));
    }

    private Acceptance accept(@Nullable String key, RequestData asked) {
        return service.accept(RegistrationId.random(), "caller", key, asked);
    }

    private Accepted accepted(@Nullable String key, RequestData asked) {
        assertThat(accept(key, asked)).isInstanceOf(Accepted.class);
        return (Accepted) accept(key, asked);
    }

    @Test
    void acceptedRegistrationIsStoredAndStarted() {
        RegistrationId id = RegistrationId.random();

        Accepted accepted = (Accepted) service.accept(id, "caller", "key-1", request);

        assertThat(accepted.replayed()).isFalse();
        assertThat(accepted.registration())
                .usingRecursiveComparison()
                .ignoringFields("attendAt")
                .isEqualTo(rows.find(id));
        assertThat(accepted.registration().status()).isEqualTo(RegistrationStatus.RUNNING);
        assertThat(rig.standing(id)).contains(WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING);
    }

    @Test
    void sameKeyAndBodyIsReplayed() {
        RegistrationId first = accepted("key-2", request).registration().id();

        Accepted again = accepted("key-2", request);
        Accepted otherKey = accepted("key-3", request);
        Accepted withoutKey = accepted(null, request);

        assertThat(again.replayed()).isTrue();
        for (Accepted replay : new Accepted[] {again, otherKey, withoutKey}) {
            assertThat(replay.replayed()).isTrue();
            assertThat(replay.registration().id()).isEqualTo(first);
        }
    }

    @Test
    void keyOfAnotherBodyIsRefused() {
        accept("key-4", request);

        assertThat(accept("key-4", withAmount(request, "1"))).isInstanceOf(KeyReused.class);
        assertThat(accept("key-4", Rows.request(Rows.freshUser()))).isInstanceOf(KeyReused.class);
    }

    @Test
    void newRegistrationIsRefusedWhileTheBacklogIsFullAndAnAcceptedOneIsReplayed() {
        BacklogLimit backlog = new BacklogLimit(10);
        service = service(rows.store(), backlog);
        backlog.counted(9);
        RegistrationId last = accepted("key-20", request).registration().id();

        assertThat(accept("key-21", Rows.request(Rows.freshUser()))).isEqualTo(new BacklogFull());
        assertThat(accepted("key-20", request).registration().id()).isEqualTo(last);
        assertThat(accept("key-20", withAmount(request, "1"))).isInstanceOf(KeyReused.class);

        backlog.counted(9);
        assertThat(accept("key-21", Rows.request(Rows.freshUser()))).isInstanceOf(Accepted.class);
    }

    @Test
    void keysOfDifferentCallersHaveNothingToDoWithEachOther() {
        accept("key-5", request);

        assertThat(service.accept(RegistrationId.random(), "another", "key-5", Rows.request(Rows.freshUser())))
                .isInstanceOf(Accepted.class);
    }

    @Test
    void userOfAnotherRequestIsRefused() {
        accept(null, request);

        assertThat(accept(null, withAmount(request, "1"))).isInstanceOf(AlreadyRegistered.class);
        assertThat(service.accept(RegistrationId.random(), "another", null, request))
                .isInstanceOf(AlreadyRegistered.class);
    }

    @Test
    void userWhoseRegistrationFailedGetsANewOne() {
        RegistrationId first = ((Accepted) accept(null, request)).registration().id();
        rows.set(first, "status = 'FAILED', finished_at = now()");

        Accepted second = (Accepted) accept(null, request);

        assertThat(second.replayed()).isFalse();
        assertThat(second.registration().id()).isNotEqualTo(first);
    }

    @Test
    void startThatFailsIsAcceptedAllTheSame() {
        rig.silent(true);
        RegistrationId id = RegistrationId.random();

        Accepted accepted = (Accepted) service.accept(id, "caller", null, request);

        assertThat(accepted.registration().status()).isEqualTo(RegistrationStatus.ACCEPTED);
        assertThat(rows.find(id).status()).isEqualTo(RegistrationStatus.ACCEPTED);
        assertThat(rig.standing(id)).isEmpty();
    }

    @Test
    void workflowThatIsThereAlreadyCountsAsStarted() {
        RegistrationId id = RegistrationId.random();
        rig.runs(rows.store()).startFirst(rig.inputs().first(id, request, Rows.NOW, List.of()), () -> {
            throw new AssertionError("not started");
        });

        Accepted accepted = (Accepted) service.accept(id, "caller", null, request);

        assertThat(accepted.registration().status()).isEqualTo(RegistrationStatus.RUNNING);
    }

    @Test
    void databaseThatIsNotThereAcceptsNothing() {
        RegistrationId id = RegistrationId.random();
        RegistrationService broken = service(new RegistrationStore(
                Jdbi.create(() -> {
                    throw new SQLException("no");
                }),
                Rows.codec(),
                Rows.json(),
                rows.transitions()));

        assertThatThrownBy(() -> broken.accept(id, "caller", null, request)).isInstanceOf(JdbiException.class);
        assertThat(rig.standing(id)).isEmpty();
    }
}
