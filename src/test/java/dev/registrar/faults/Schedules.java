package dev.registrar.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One to four faults at once, drawn from a seed, while users register and cancel and operators replay. */
final class Schedules {

    /** Seeds that once failed, each for good; see docs/reliability.md. */
    static final List<Long> ONCE_FAILED = List.of(29L, 39L);

    static final String NAME = "random schedule";

    private static final Duration RESTART_LIMIT = Duration.ofMinutes(10);
    private static final String INSTANCE = "instance";
    private static final String POSTGRES = "PostgreSQL";
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
        List<CompletableFuture<Void>> restarting = new ArrayList<>();
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
            steps.add(new Step(
                    until,
                    family(fault).equals(INSTANCE)
                            ? () -> restarting.add(restart(scene, fault))
                            : () -> scene.heal(fault)));
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
        for (CompletableFuture<Void> each : restarting) {
            each.get(RESTART_LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
        scene.world.mend();
        scene.healed();
        scene.pass(500);
    }

    /**
     * As a supervisor does: others heal meanwhile, and an instance that cannot start before they have is started again in
     * the end.
     */
    private static CompletableFuture<Void> restart(Scene scene, Fault fault) {
        return CompletableFuture.runAsync(() -> {
            try {
                scene.heal(fault);
            } catch (Exception | AssertionError e) {
                scene.tell("not healed yet: " + fault.name());
            }
        });
    }

    /**
     * Whether two faults exclude each other. Two of a kind do, because healing one would heal the other; so do providers that
     * are away and a fault of one of them, because the sandbox has to be told about the fault.
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
            return INSTANCE;
        }
        if (name.startsWith(POSTGRES)) {
            return POSTGRES;
        }
        return name.replaceFirst("^(kill -9|SIGSTOP) of ", "").replaceFirst("^\\w+ between", "between");
    }

    /** Someone ends a few workflows in Temporal, unless PostgreSQL is away, which names them. */
    private static void terminateSome(Scene scene) {
        List<String> ids;
        try {
            ids = scene.ids("finished_at IS NULL").stream().limit(2).toList();
        } catch (IllegalStateException e) {
            scene.tell("nobody is terminated");
            return;
        }
        for (String id : ids) {
            scene.strike(id, () -> scene.world.temporal().terminate(id));
        }
    }
}
