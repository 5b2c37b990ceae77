package dev.registrar.call;

import dev.registrar.model.AttemptFailure;
import java.util.List;

/** An activity result that names the attempt that produced it; a workflow cannot find this out otherwise. */
public interface Attempted {

    /** The attempt of the activity, 1 for the first. */
    int attempt();

    /** How the attempts before it failed, as far as it is known; only with the result of a forward step. */
    default List<AttemptFailure> failures() {
        return List.of();
    }

    /** The same result after these failures, if it is one of a forward step. */
    default Attempted after(List<AttemptFailure> failures) {
        return this;
    }
}
