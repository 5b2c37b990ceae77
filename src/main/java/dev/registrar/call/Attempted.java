package dev.registrar.call;

/** An activity's result that tells which of its attempts made it; a workflow has no other way to know. */
public interface Attempted {

    /** The attempt of the activity, 1 for the first. */
    int attempt();
}
