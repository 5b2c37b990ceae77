package dev.registrar.bench;

import java.util.List;

/** One of the compared designs: running processes with a worker each. */
interface Contestant extends AutoCloseable {

    /** Its name in the results. */
    String name();

    /** The ids of its processes. */
    List<Long> pids();

    /**
     * Makes this many registrations.
     *
     * @param prefix of the user names, different for every run
     * @throws Exception if a registration did not succeed
     */
    Latencies run(int count, int concurrency, String prefix) throws Exception;

    /** The same, unmeasured: the first registrations of a process may take another path. */
    default void warmUp(int count, int concurrency, String prefix) throws Exception {
        run(count, concurrency, prefix);
    }

    @Override
    void close();
}
