package dev.registrar.planted.registration;

/** Called by a workflow, so it is workflow code whatever its name. */
final class WorkflowHelper {

    long nanos() {
        return System.nanoTime();
    }
}
