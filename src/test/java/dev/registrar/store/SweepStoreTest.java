package dev.registrar.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.database.TestDatabase;
import dev.registrar.model.RegistrationId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SweepStoreTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final Instant NOW = Rows.NOW.plusSeconds(60);
    private static final Instant BEFORE = NOW.minusSeconds(10);
    private static final Duration LEASE = Duration.ofSeconds(30);

    private Rows rows;
    private SweepStore sweeps;

    @BeforeEach
    void open() {
        DATABASE.jdbi().useHandle(handle -> handle.execute("DELETE FROM registrations"));
        rows = new Rows(DATABASE.jdbi());
        sweeps = new SweepStore(DATABASE.jdbi(), Rows.codec(), Rows.json());
    }

    private List<RegistrationId> lease(String owner, Instant now, int limit) {
        return sweeps.lease(owner, now, BEFORE, LEASE, limit).stream()
                .map(UnfinishedRegistration::id)
                .toList();
    }

    @Test
    void leaseIsOfWhatHasNotEndedAndIsOldEnough() {
        RegistrationId running = rows.running();
        RegistrationId accepted = rows.with(RegistrationStatus.ACCEPTED);
        RegistrationId compensating = rows.with(RegistrationStatus.COMPENSATING);
        rows.with(RegistrationStatus.COMPLETED);
        rows.with(RegistrationStatus.FAILED);
        rows.with(RegistrationStatus.NEEDS_ATTENTION);
        rows.running(BEFORE);
        RegistrationId erased = rows.running();
        rows.set(erased, "request = NULL");

        assertThat(lease("a", NOW, 10)).containsExactlyInAnyOrder(running, accepted, compensating);
    }

    @Test
    void leasedRowSaysWhatAStartNeeds() {
        RegistrationId id = rows.running();
        rows.set(id, "cancel_requested_at = now(), compensating_at = now(), status = 'COMPENSATING', sweep = 4");

        UnfinishedRegistration row = sweeps.lease("a", NOW, BEFORE, LEASE, 1).get(0);

        assertThat(row.request())
                .isEqualTo(Rows.request(row.request().userProfile().userId()));
        assertThat(row.status()).isEqualTo(RegistrationStatus.COMPENSATING);
        assertThat(row.createdAt()).isEqualTo(Rows.NOW);
        assertThat(row.sweep()).isEqualTo(4);
        assertThat(row.cancelRequested()).isTrue();
        assertThat(row.undoBegun()).isTrue();
    }

    @Test
    void leasedRowIsNobodyElsesUntilTheLeaseEnds() {
        RegistrationId id = rows.running();

        assertThat(lease("a", NOW, 10)).containsExactly(id);
        assertThat(lease("b", NOW, 10)).isEmpty();
        assertThat(lease("a", NOW.plus(LEASE), 10)).isEmpty();
        assertThat(lease("b", NOW.plus(LEASE).plusMillis(1), 10)).containsExactly(id);
    }

    @Test
    void neverLookedAtComeFirstThenTheLongestUnseen() {
        RegistrationId seenLately = rows.running(Rows.NOW);
        RegistrationId seenLongAgo = rows.running(Rows.NOW.plusSeconds(1));
        RegistrationId younger = rows.running(Rows.NOW.plusSeconds(3));
        RegistrationId older = rows.running(Rows.NOW.plusSeconds(2));
        rows.set(seenLately, "lease_until = TIMESTAMPTZ '2026-02-01T12:00:40Z'");
        rows.set(seenLongAgo, "lease_until = TIMESTAMPTZ '2026-02-01T12:00:20Z'");

        List<RegistrationId> order = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            order.addAll(lease("a", NOW, 1));
        }

        assertThat(order).containsExactly(older, younger, seenLongAgo, seenLately);
    }

    @Test
    void twoSweepersNeverGetTheSame() {
        for (int i = 0; i < 60; i++) {
            rows.running();
        }

        CompletableFuture<List<RegistrationId>> a = CompletableFuture.supplyAsync(() -> all("a"));
        CompletableFuture<List<RegistrationId>> b = CompletableFuture.supplyAsync(() -> all("b"));
        List<RegistrationId> both = new ArrayList<>(a.join());
        both.addAll(b.join());

        assertThat(both).hasSize(60).doesNotHaveDuplicates();
    }

    private List<RegistrationId> all(String owner) {
        List<RegistrationId> all = new ArrayList<>();
        List<RegistrationId> some;
        do {
            some = lease(owner, NOW, 5);
            all.addAll(some);
        } while (!some.isEmpty());
        return all;
    }

    @Test
    void rowThatSomebodyHoldsIsLeftOutInsteadOfWaitedFor() {
        RegistrationId held = rows.running();
        RegistrationId free = rows.running();
        try (Handle handle = DATABASE.jdbi().open()) {
            handle.begin();
            handle.execute("SELECT 1 FROM registrations WHERE id = ? FOR UPDATE", held.value());

            assertThat(lease("a", NOW, 10)).containsExactly(free);

            handle.rollback();
        }
    }

    @Test
    void sweepIsMarkedOnceByTheHolderOfTheLease() {
        RegistrationId id = rows.running();
        lease("a", NOW, 10);

        assertThat(sweeps.markSweep(id, "b", 1)).isFalse();
        assertThat(sweeps.markSweep(id, "a", 2)).isFalse();
        assertThat(sweeps.markSweep(id, "a", 1)).isTrue();
        assertThat(sweeps.markSweep(id, "a", 1)).isFalse();
        assertThat(rows.find(id).sweep()).isEqualTo(1);
    }

    @Test
    void endedRegistrationIsNotMarked() {
        RegistrationId id = rows.running();
        lease("a", NOW, 10);
        rows.set(id, "status = 'COMPLETED'");

        assertThat(sweeps.markSweep(id, "a", 1)).isFalse();
    }

    @Test
    void startedTurnsAcceptedIntoRunningAndNothingElse() {
        RegistrationId accepted = rows.with(RegistrationStatus.ACCEPTED);
        RegistrationId compensating = rows.with(RegistrationStatus.COMPENSATING);

        sweeps.started(accepted, NOW);
        sweeps.started(compensating, NOW);

        assertThat(rows.find(accepted).status()).isEqualTo(RegistrationStatus.RUNNING);
        assertThat(rows.find(accepted).updatedAt()).isEqualTo(NOW);
        assertThat(rows.find(compensating).status()).isEqualTo(RegistrationStatus.COMPENSATING);
    }
}
