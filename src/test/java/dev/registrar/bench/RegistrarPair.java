package dev.registrar.bench;

import java.util.List;

/** Two instances of the service on one database and one task queue; every other request goes to the second. */
final class RegistrarPair implements Contestant {

    static final String NAME = "registrar-two";

    private final RegistrarInstance first;
    private final RegistrarInstance second;

    RegistrarPair(RegistrarInstance first, RegistrarInstance second) {
        this.first = first;
        this.second = second;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Long> pids() {
        return List.of(first.pid(), second.pid());
    }

    @Override
    public Latencies run(int count, int concurrency, String prefix) {
        return ClosedLoop.run(
                count, concurrency, number -> (number % 2 == 0 ? first : second).register(prefix + number));
    }

    @Override
    public void warmUp(int count, int concurrency, String prefix) {
        first.warmUp(count / 2, concurrency, prefix + "first-");
        second.warmUp(count - count / 2, concurrency, prefix + "second-");
    }

    @Override
    public void close() {
        // The test bed closes each.
    }
}
