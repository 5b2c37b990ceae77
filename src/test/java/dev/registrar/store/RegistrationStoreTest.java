package dev.registrar.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.database.TestDatabase;
import dev.registrar.model.RegistrationId;
import dev.registrar.store.RegistrationFilter.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RegistrationStoreTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private Rows rows;
    private RegistrationStore store;

    @BeforeEach
    void open() {
        rows = new Rows(DATABASE.jdbi());
        store = rows.store();
    }

    @Test
    void acceptedRegistrationIsReadBackWhole() {
        String user = Rows.freshUser();
        NewRegistration fresh = Rows.fresh(user, "key-" + user);

        assertThat(store.accept(fresh)).isPresent();

        Registration row = store.find(fresh.id()).orElseThrow();
        assertThat(row.status()).isEqualTo(RegistrationStatus.RUNNING);
        assertThat(row.bodyHash()).isEqualTo(Rows.HASH);
        assertThat(row.amount()).hasToString("49.90 USD");
        assertThat(row.createdAt()).isEqualTo(Rows.NOW);
        assertThat(row.steps()).isEmpty();
        assertThat(row.run()).isOne();
        assertThat(row.commandSeq()).isZero();
        assertThat(row.attendAt()).isNotNull();
        assertThat(store.findByKey("caller", "key-" + user)).contains(row);
        assertThat(store.findByKey("another", "key-" + user)).isEmpty();
        assertThat(store.findLive(user)).contains(row);
        assertThat(store.request(fresh.id())).contains(fresh.request());
    }

    @Test
    void sameUserOrKeyIsNotAcceptedTwice() {
        String user = Rows.freshUser();
        store.accept(Rows.fresh(user, "key-" + user));

        assertThat(store.accept(Rows.fresh(user, null))).isEmpty();
        assertThat(store.accept(Rows.fresh(Rows.freshUser(), "key-" + user))).isEmpty();
    }

    @Test
    void failedOrCancelledOneMakesRoom() {
        for (RegistrationStatus end : List.of(RegistrationStatus.FAILED, RegistrationStatus.CANCELLED)) {
            String user = Rows.freshUser();
            NewRegistration first = Rows.fresh(user, null);
            store.accept(first);
            rows.set(first.id(), "status = '" + end + "'");

            assertThat(store.findLive(user)).isEmpty();
            assertThat(store.accept(Rows.fresh(user, null))).isPresent();
        }
    }

    @Test
    void oneOfManyAtOnceIsAccepted() {
        String user = Rows.freshUser();

        List<CompletableFuture<Boolean>> all = IntStream.range(0, 16)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> store.accept(Rows.fresh(user, null)).isPresent()))
                .toList();

        assertThat(all.stream().filter(CompletableFuture::join)).hasSize(1);
    }

    @Test
    void failedStartIsWrittenUnlessTheWorkflowHasWritten() {
        RegistrationId lost = rows.running();
        RegistrationId begun = rows.running();
        rows.set(begun, "steps_as_of = now()");
        RegistrationId ended = rows.with(RegistrationStatus.COMPLETED);

        List.of(lost, begun, ended).forEach(id -> store.notStarted(id, Rows.NOW));

        assertThat(rows.find(lost).status()).isEqualTo(RegistrationStatus.ACCEPTED);
        assertThat(rows.find(lost).attendAt()).isBefore(rows.find(begun).attendAt());
        assertThat(rows.find(begun).status()).isEqualTo(RegistrationStatus.RUNNING);
        assertThat(rows.find(ended).status()).isEqualTo(RegistrationStatus.COMPLETED);
    }

    @Test
    void erasedRequestIsAbsent() {
        RegistrationId id = rows.running();
        rows.set(id, "request = NULL");

        assertThat(store.request(id)).isEmpty();
        assertThat(store.request(RegistrationId.random())).isEmpty();
    }

    @Test
    void listIsNewestFirstAndGoesOnAfterAPosition() {
        Instant base = Rows.NOW.plus(Duration.ofDays(100));
        List<RegistrationId> newest = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            newest.add(rows.running(base.plusMillis(i)));
        }
        // Two at the same instant: the id decides their order, and neither is lost.
        newest.add(rows.running(base.plusMillis(3)));
        Collections.reverse(newest);

        List<Registration> all = store.list(filter(base.minusMillis(1), null, 10));
        List<Registration> first = store.list(filter(base.minusMillis(1), null, 1));
        Registration last = first.get(0);
        List<Registration> rest =
                store.list(filter(base.minusMillis(1), new Position(last.createdAt(), last.id()), 10));

        assertThat(all).extracting(Registration::id).containsExactlyInAnyOrderElementsOf(newest);
        assertThat(all).extracting(Registration::createdAt).isSortedAccordingTo(Collections.reverseOrder());
        assertThat(first).containsExactly(all.get(0));
        assertThat(rest).isEqualTo(all.subList(1, 5));
    }

    private static RegistrationFilter filter(Instant after, @Nullable Position position, int limit) {
        return new RegistrationFilter("caller", RegistrationStatus.RUNNING, null, after, null, position, limit);
    }

    @Test
    void listIsOfOneCallerWhereAsked() {
        String user = Rows.freshUser();
        store.accept(Rows.fresh(user, null));

        assertThat(store.list(new RegistrationFilter("caller", null, user, null, null, null, 10)))
                .hasSize(1);
        assertThat(store.list(new RegistrationFilter("another", null, user, null, null, null, 10)))
                .isEmpty();
        assertThat(store.list(new RegistrationFilter(null, null, user, null, null, null, 10)))
                .hasSize(1);
    }
}
