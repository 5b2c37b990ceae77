package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** The workflow time between the calls of an activity. */
final class CallGaps {

    /** A call may be late, because real time passes while a busy machine works on a task, but never early. */
    private static final double LATE = 2;

    private static final double EARLY = 0.02;

    private CallGaps() {}

    /** Asserts one call more than there are gaps, and these gaps between them. */
    static void assertGaps(World world, String method, double... seconds) {
        assertThat(world.count(method)).as("calls of " + method).isEqualTo(seconds.length + 1);
        for (int i = 0; i < seconds.length; i++) {
            assertGap(world, method, i, seconds[i]);
        }
    }

    /** The gap after the call with this index. */
    static void assertGap(World world, String method, int index, double seconds) {
        assertGap(world, method, index, seconds, seconds);
    }

    /** The same for a wait with jitter. */
    static void assertGap(World world, String method, int index, double shortest, double longest) {
        List<ServiceCall> calls = world.calls(method);
        double gap = (calls.get(index + 1).at() - calls.get(index).at()) / 1_000.0;
        assertThat(gap).as(method + ", wait " + (index + 1)).isBetween(shortest - EARLY, longest + LATE);
    }
}
