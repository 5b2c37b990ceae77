package dev.registrar.dispatch;

import dev.registrar.model.RegistrationId;
import dev.registrar.store.DueRegistrations;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The runs that this instance has started and that are still at work, so that it does not start more than Temporal and
 * the providers can process at the same time: thousands of runs at once end later than a few hundred at a time. A run
 * no longer counts once it has ended, has waited for something, or was started more than a minute ago. Thread-safe.
 */
final class RunsUnderWay {

    private static final long LONGEST = Duration.ofMinutes(1).toNanos();

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
     * For how many runs there is room: 0 if for less than a tenth of all, so that rows are not leased one by one.
     *
     * @throws org.jdbi.v3.core.JdbiException if PostgreSQL does not answer
     */
    int room() {
        int enough = Math.max(1, most / 10);
        if (most - started.size() < enough) {
            forgetWhatRests();
        }
        int room = most - started.size();
        return room < enough ? 0 : room;
    }

    private void forgetWhatRests() {
        long now = System.nanoTime();
        started.values().removeIf(each -> now - each.at() > LONGEST);
        Map<RegistrationId, Integer> runs = new HashMap<>();
        started.forEach((id, each) -> runs.put(id, each.run()));
        started.keySet().retainAll(store.atWork(runs));
    }
}
