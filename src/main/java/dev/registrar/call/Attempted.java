package dev.registrar.call;

/** An activity result that names the attempt that produced it; a workflow cannot find this out otherwise. */
public interface Attempted {

    /** The attempt of the activity, 1 for the first. */
    int attempt();
}
