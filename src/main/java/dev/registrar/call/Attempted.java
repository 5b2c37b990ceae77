package dev.registrar.call;

import dev.registrar.model.AttemptFailure;
import java.util.List;

/** An activity result that names the attempt that produced it; a workflow cannot find this out otherwise. */
public interface Attempted {

    /** The attempt of the activity, 1 for the first. */
    default int attempt() {
        List<AttemptFailure> earlier = failures();
        return earlier.isEmpty() ? 1 : earlier.get(earlier.size() - 1).attempt() + 1;
    }

    /** How the attempts before it failed, as far as it is known. */
    default List<AttemptFailure> failures() {
        return List.of();
    }

    /** The same result after these failures, if it carries them. */
    default Attempted after(List<AttemptFailure> failures) {
        return this;
    }
}
