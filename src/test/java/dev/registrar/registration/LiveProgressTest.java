package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.call.WorkflowEngine;
import dev.registrar.model.RegistrationId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class LiveProgressTest {

    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch answer = new CountDownLatch(1);

    /** Queries hang until the latch opens, and then fail. */
    private LiveProgress held(EngineRig rig) {
        return new LiveProgress(new WorkflowEngine(
                rig.engine().client(), rig.engine().options(), new WorkflowEngine.CallLimits() {
                    @Override
                    public <T> T within(Duration limit, Supplier<T> call) {
                        asked.incrementAndGet();
                        begun.countDown();
                        try {
                            assertThat(answer.await(10, TimeUnit.SECONDS)).isTrue();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        throw new IllegalStateException("nobody answers");
                    }
                }));
    }

    @Test
    void readersAtOnceAskTheWorkflowOnce() throws Exception {
        RegistrationId id = RegistrationId.random();
        try (EngineRig rig = new EngineRig()) {
            LiveProgress live = held(rig);
            CompletableFuture<Optional<RegistrationProgress>> first = CompletableFuture.supplyAsync(() -> live.of(id));
            assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
            FutureTask<Optional<RegistrationProgress>> second = new FutureTask<>(() -> live.of(id));
            Thread reader = new Thread(second, "second reader");
            reader.start();
            long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (reader.getState() != Thread.State.WAITING && asked.get() == 1) {
                assertThat(System.nanoTime()).isLessThan(end);
                Thread.onSpinWait();
            }

            answer.countDown();

            assertThat(first.join()).isEmpty();
            assertThat(second.get(10, TimeUnit.SECONDS)).isEmpty();
            assertThat(asked).hasValue(1);
            assertThat(live.of(id)).isEmpty();
            assertThat(asked).as("nothing is kept").hasValue(2);
        }
    }
}
