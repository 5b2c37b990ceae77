package dev.registrar.planted.registration;

/** Called by a workflow: no less workflow code because its name does not say so. */
final class WorkflowHelper {

    long nanos() {
        return System.nanoTime();
    }
}
