package dev.registrar.dispatch;

import dev.registrar.model.RegistrationId;
import dev.registrar.store.DueRegistrations;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The runs that this instance has started and that are still at work, so that it does not start more than Temporal and
 * the providers can process at the same time: thousands of runs at once end later than a few hundred at a time. A run
 * that waits for something is not counted, nor one that was started more than a minute ago. Thread-safe, but only one
 * thread may wait for room.
 */
final class RunsUnderWay {

    private static final long LONGEST = Duration.ofMinutes(1).toNanos();
    private static final long PAUSE_MILLIS = 100;

    private final DueRegistrations store;
    private final int most;
    private final Map<RegistrationId, Started> started = new ConcurrentHashMap<>();

    private record Started(int run, long at) {}

    /** @param most runs at the same time */
    RunsUnderWay(DueRegistrations store, int most) {
        this.store = store;
        this.most = most;
    }

    void started(RegistrationId id, int run) {
        started.put(id, new Started(run, System.nanoTime()));
    }

    /**
     * Waits until there is room for a tenth of all, so that rows are not leased one by one, and returns for how many.
     *
     * @throws org.jdbi.v3.core.JdbiException if PostgreSQL does not answer
     */
    int awaitRoom() throws InterruptedException {
        int enough = Math.max(1, most / 10);
        while (room() < enough) {
            forgetWhatRests();
            if (room() < enough) {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        }
        return room();
    }

    private int room() {
        return most - started.size();
    }

    private void forgetWhatRests() {
        long now = System.nanoTime();
        started.values().removeIf(each -> now - each.at() > LONGEST);
        Map<RegistrationId, Integer> runs = new HashMap<>();
        started.forEach((id, each) -> runs.put(id, each.run()));
        started.keySet().retainAll(store.atWork(runs));
    }
}
