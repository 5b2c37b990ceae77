package dev.registrar.bench;

/** One of the three that are compared: a running process with a worker in it. */
interface Contestant extends AutoCloseable {

    /** As it stands in the results. */
    String name();

    /** The process. */
    long pid();

    /**
     * Lets it do so many registrations.
     *
     * @param prefix begins the names of the users, other than in every run before
     * @throws Exception where one did not end as it should
     */
    Latencies run(int count, int concurrency, String prefix) throws Exception;

    /** The same, unmeasured: the first ones of a process may take a detour. */
    default void warmUp(int count, int concurrency, String prefix) throws Exception {
        run(count, concurrency, prefix);
    }

    @Override
    void close();
}
