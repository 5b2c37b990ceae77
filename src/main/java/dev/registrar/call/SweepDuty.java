package dev.registrar.call;

/** Something that every instance looks after again and again; instances keep off each other's rows by leases. */
public interface SweepDuty {

    /**
     * One look.
     *
     * @throws RuntimeException where it ended early; the next look goes on
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

    /** Short and fixed, as logs and metrics call it. */
    default String name() {
        return getClass().getSimpleName();
    }
}
