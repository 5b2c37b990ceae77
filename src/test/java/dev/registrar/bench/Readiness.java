package dev.registrar.bench;

import dev.registrar.flow.Poll;
import dev.registrar.flow.Program;
import java.time.Duration;

/** Waits for a program that was started, and does not wait for one that has ended. */
final class Readiness {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private Readiness() {}

    /** The program, once it answers. */
    static Program await(String name, Program program, Poll.Look answers) {
        Poll.until(name + " answers", LIMIT, () -> !program.isAlive() || answers.holds(), program::output);
        if (!program.isAlive()) {
            throw new IllegalStateException(name + " ended in its start:\n" + program.output());
        }
        return program;
    }
}
