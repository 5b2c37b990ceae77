package dev.registrar.call;

/** A recurring duty of every instance; leases keep instances off each other's rows. */
public interface SweepDuty {

    /**
     * Runs one round.
     *
     * @throws RuntimeException if it ended early; the next round continues
     */
    void sweep();

    /** A duty of this name. */
    static SweepDuty named(String name, Runnable look) {
        return new SweepDuty() {

            @Override
            public void sweep() {
                look.run();
            }

            @Override
            public String name() {
                return name;
            }
        };
    }

    /** A short, fixed name for logs and metrics. */
    default String name() {
        return getClass().getSimpleName();
    }
}
