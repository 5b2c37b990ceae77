package dev.registrar.bench;

import dev.registrar.flow.Poll;
import dev.registrar.flow.Program;
import java.time.Duration;

/** Waits for a started program to respond, unless it ends. */
final class Readiness {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private Readiness() {}

    /** Returns the program once it responds. */
    static Program await(String name, Program program, Poll.Look answers) {
        Poll.until(name + " answers", LIMIT, () -> !program.isAlive() || answers.holds(), program::output);
        if (!program.isAlive()) {
            throw new IllegalStateException(name + " ended in its start:\n" + program.output());
        }
        return program;
    }
}
