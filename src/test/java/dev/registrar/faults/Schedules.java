package dev.registrar.faults;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One to four faults at once, drawn from a seed, while users register and cancel and operators replay. */
final class Schedules {

    /** Seeds that once failed, each for good; see docs/reliability.md. */
    static final List<Long> ONCE_FAILED = List.of();

    static final String NAME = "random schedule";

    private static final String ALL_PROVIDERS = "the providers";
    private static final String PROVIDER_FAULT = " kind: ";
    private static final int LONGEST_MILLIS = 5_000;

    private Schedules() {}

    /** The seed is that of the case. */
    static Cell random() {
        return new Cell("random schedules", NAME, 0.2, true, Schedules::run);
    }

    private record Step(long atMillis, Fault.Action action) {}

    private static void run(Scene scene) throws Exception {
        int count = 1 + scene.random.nextInt(4);
        List<Step> steps = new ArrayList<>();
        List<String> names = new ArrayList<>();
        while (names.size() < count) {
            Fault fault = scene.faults.drawn();
            if (names.stream().anyMatch(other -> clash(other, family(fault)))) {
                continue;
            }
            names.add(family(fault));
            int from = 500 + scene.random.nextInt(3_000);
            int until = from + 300 + scene.random.nextInt(LONGEST_MILLIS);
            scene.tell(fault.name() + " from " + from + " to " + until + " ms");
            steps.add(new Step(from, () -> scene.inject(fault)));
            steps.add(new Step(until, () -> scene.heal(fault)));
        }
        if (scene.random.nextInt(3) == 0) {
            steps.add(new Step(scene.random.nextInt(4_000), () -> terminateSome(scene)));
        }
        steps.add(new Step(scene.random.nextInt(6_000), scene::replayQuietly));
        steps.sort(Comparator.comparingLong(Step::atMillis));
        long start = System.nanoTime();
        for (Step step : steps) {
            long now = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            scene.pass((int) Math.max(0, step.atMillis() - now));
            step.action().run();
        }
        scene.world.mend();
        scene.healed();
        scene.pass(500);
    }

    /**
     * Healing one of two faults of a kind would heal the other, and providers that are away cannot be told to fail in another
     * way, nor to stop failing.
     */
    private static boolean clash(String one, String other) {
        return one.equals(other)
                || (one.equals(ALL_PROVIDERS) && other.contains(PROVIDER_FAULT))
                || (other.equals(ALL_PROVIDERS) && one.contains(PROVIDER_FAULT));
    }

    /** What a fault acts on. */
    private static String family(Fault fault) {
        String name = fault.name();
        if (name.contains("instance") && !name.contains("between")) {
            return "instance";
        }
        return name.replaceFirst("^(kill -9|SIGSTOP) of ", "").replaceFirst("^\\w+ between", "between");
    }

    /** Someone ends a few workflows in Temporal. */
    private static void terminateSome(Scene scene) {
        for (String id : scene.ids("finished_at IS NULL").stream().limit(2).toList()) {
            scene.strike(id, () -> scene.world.temporal().terminate(id));
        }
    }
}
