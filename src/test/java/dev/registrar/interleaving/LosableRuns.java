package dev.registrar.interleaving;

import dev.registrar.dispatch.RegistrationRuns;
import dev.registrar.model.RegistrationId;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Runs of which some are lost with their history, as when a server dies that keeps it in memory. Thread-safe. */
final class LosableRuns implements RegistrationRuns {

    private final RegistrationRuns runs;
    private final Set<RegistrationId> lost = ConcurrentHashMap.newKeySet();

    LosableRuns(RegistrationRuns runs) {
        this.runs = runs;
    }

    /** The last run is not there any more; it was terminated in the test's server, which cannot forget it. */
    void lose(RegistrationId id) {
        lost.add(id);
    }

    @Override
    public State stateOf(RegistrationId id) {
        State state = runs.stateOf(id);
        return state == State.TERMINATED && lost.contains(id) ? State.NONE : state;
    }

    @Override
    public void ring(RegistrationId id) {
        runs.ring(id);
    }

    @Override
    public void start(RegistrationId id, int run, State before) {
        lost.remove(id);
        runs.start(id, run, before);
    }
}
