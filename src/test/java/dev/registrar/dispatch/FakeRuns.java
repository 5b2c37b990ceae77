package dev.registrar.dispatch;

import dev.registrar.model.NewerVersionException;
import dev.registrar.model.RegistrationId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Records runs without executing them. Thread-safe. */
final class FakeRuns implements RegistrationRuns {

    record Started(RegistrationId id, int run, State before) {}

    private final Map<RegistrationId, State> states = new ConcurrentHashMap<>();
    private final Set<RegistrationId> poisoned = ConcurrentHashMap.newKeySet();
    private final Set<RegistrationId> newer = ConcurrentHashMap.newKeySet();
    private final BlockingQueue<Started> started = new LinkedBlockingQueue<>();
    private final BlockingQueue<RegistrationId> rung = new LinkedBlockingQueue<>();
    private volatile boolean down;
    private volatile boolean startsFail;
    private volatile @Nullable Error broken;
    private volatile Consumer<RegistrationId> asked = id -> {};

    /** Makes Temporal unavailable, or available again. */
    void down(boolean isDown) {
        down = isDown;
    }

    /** Lets Temporal answer questions, but start nothing. */
    void startsFail(boolean fail) {
        startsFail = fail;
    }

    /** Makes every question end with this error; null ends that. */
    void broken(@Nullable Error error) {
        broken = error;
    }

    /** Called when the state of a registration is asked for. */
    void whenAsked(Consumer<RegistrationId> asked) {
        this.asked = asked;
    }

    void stands(RegistrationId id, State state) {
        states.put(id, state);
    }

    /** Makes this registration impossible to start. */
    void poison(RegistrationId id) {
        poisoned.add(id);
    }

    /** Makes the request of this registration one of a newer version. */
    void newer(RegistrationId id) {
        newer.add(id);
    }

    BlockingQueue<Started> started() {
        return started;
    }

    List<RegistrationId> startedIds() {
        return started.stream().map(Started::id).toList();
    }

    BlockingQueue<RegistrationId> rung() {
        return rung;
    }

    private void answer() {
        if (down) {
            throw new UnavailableException(new IllegalStateException("down"));
        }
    }

    @Override
    public State stateOf(RegistrationId id) {
        answer();
        if (broken != null) {
            throw broken;
        }
        asked.accept(id);
        return states.getOrDefault(id, State.NONE);
    }

    @Override
    public void ring(RegistrationId id) {
        answer();
        rung.add(id);
    }

    @Override
    public void start(RegistrationId id, int run, State before) {
        answer();
        if (startsFail) {
            throw new UnavailableException(new IllegalStateException("read-only"));
        }
        if (newer.contains(id)) {
            throw new NewerVersionException("its request has a component that this version does not know");
        }
        if (poisoned.contains(id)) {
            throw new IllegalStateException("its request cannot be read");
        }
        started.add(new Started(id, run, before));
    }
}
