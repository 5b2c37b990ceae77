package dev.registrar.policy;

/** Something that every instance looks after again and again; instances keep off each other's rows by leases. */
public interface SweepDuty {

    /**
     * One look.
     *
     * @throws RuntimeException where it ended early; the next look goes on
     */
    void sweep();
}
