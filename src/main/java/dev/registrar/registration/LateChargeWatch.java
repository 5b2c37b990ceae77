package dev.registrar.registration;

import dev.registrar.compensation.UndoTarget;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** One look for a charge, and a profile, that turn up after a registration ended without them. */
@WorkflowInterface
public interface LateChargeWatch {

    /** The workflow id of one look. */
    static String id(UndoTarget target, int stage) {
        return "late-charge-watch-" + target.registrationId() + "-" + stage;
    }

    @WorkflowMethod
    void look(LateLook input);

    /** @param stage which look this is, from 1 */
    record LateLook(UndoTarget target, int stage) {}
}
