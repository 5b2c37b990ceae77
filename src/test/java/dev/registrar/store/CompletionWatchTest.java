package dev.registrar.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.database.TestDatabase;
import dev.registrar.model.RegistrationId;
import dev.registrar.store.CompletionWatch.Settled;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CompletionWatchTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private Rows rows;
    private CompletionWatch watch;

    @BeforeEach
    void open() {
        rows = new Rows(DATABASE.jdbi());
        watch = new CompletionWatch(DATABASE.jdbi());
    }

    @AfterEach
    void stop() {
        watch.stop();
    }

    @Test
    void endWrittenHereIsToldAtOnceToAllThatWait() {
        RegistrationId id = RegistrationId.random();
        CompletableFuture<Settled> one = watch.await(id);
        CompletableFuture<Settled> two = watch.await(id);
        CompletableFuture<Settled> other = watch.await(RegistrationId.random());

        watch.completed(id, RegistrationStatus.COMPLETED);
        watch.completed(id, RegistrationStatus.FAILED);

        assertThat(one).isCompletedWithValue(new Settled(RegistrationStatus.COMPLETED, null));
        assertThat(two).isCompletedWithValue(new Settled(RegistrationStatus.COMPLETED, null));
        assertThat(other).isNotDone();
    }

    @Test
    void endWrittenElsewhereIsSeenByTheNextLook() throws Exception {
        watch.start();
        RegistrationId id = rows.running();
        CompletableFuture<Settled> waiter = watch.await(id);

        rows.set(id, "status = 'NEEDS_ATTENTION'");

        assertThat(waiter.get(10, TimeUnit.SECONDS).status()).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);
    }

    @Test
    void endBeforeTheWaitIsSeenToo() throws Exception {
        watch.start();

        CompletableFuture<Settled> waiter = watch.await(rows.with(RegistrationStatus.FAILED));

        assertThat(waiter.get(10, TimeUnit.SECONDS).status()).isEqualTo(RegistrationStatus.FAILED);
    }

    @Test
    void forgottenWaiterIsToldNothingAndTheOthersAre() {
        RegistrationId id = RegistrationId.random();
        CompletableFuture<Settled> gone = watch.await(id);
        CompletableFuture<Settled> stays = watch.await(id);

        watch.forget(id, gone);
        watch.forget(id, gone);
        watch.completed(id, RegistrationStatus.COMPLETED);

        assertThat(gone).isNotDone();
        assertThat(stays).isCompletedWithValue(new Settled(RegistrationStatus.COMPLETED, null));
    }

    @Test
    void stopLeavesNobodyWaiting() {
        CompletableFuture<Settled> waiter = watch.await(RegistrationId.random());

        watch.stop();

        assertThat(waiter).isCancelled();
    }
}
