package dev.registrar.faults;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Providers that are down, slow, wrong or dishonest. */
final class ProviderCells {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final double SOME_CANCELLED = 0.2;
    private static final List<String> PROVIDERS = List.of("profile", "payment", "email", "sms");

    private ProviderCells() {}

    static List<Cell> all() {
        List<Cell> cells = new ArrayList<>();
        String row = "a provider's faults";
        cells.add(new Cell(row, "all providers killed for 3 s", SOME_CANCELLED, true, scene -> {
            scene.pass(500);
            scene.during(3_000, scene.faults.sandboxKilled());
            scene.pass(500);
        }));
        for (String provider : PROVIDERS) {
            for (String fault : Faults.PROVIDER_FAULTS) {
                cells.add(provider(row, provider, fault, 0.5, 3_000));
            }
        }
        cells.add(provider("wrong amount", "payment", "\"kind\": \"wrong_amount\"", 0.3, 2_000));
        String stale = "one stale answer";
        cells.add(provider(
                stale, "payment", "\"operation\": \"find\", \"kind\": \"stale\", \"millis\": 2000", 0.7, 4_000));
        cells.add(provider(
                stale, "profile", "\"operation\": \"get\", \"kind\": \"stale\", \"millis\": 2000", 0.7, 4_000));
        String dishonest = "two payments for one registration; 402 although the money moved";
        cells.add(reconciled(dishonest, true, "double", "decline_after"));
        cells.add(reconciled(dishonest, false, "double"));
        cells.add(reconciled(dishonest, false, "decline_after"));
        cells.add(provider("weak ETags", "profile", "\"kind\": \"weak_etag\"", 1, 4_000));
        cells.add(late("payment", "charge"));
        cells.add(late("profile", "create"));
        // Last: whoever waits for the credentials must meet no other fault.
        cells.add(refused("profile", 401));
        cells.add(refused("payment", 403));
        return cells;
    }

    /** The request is lost, and its effect comes later. */
    private static Cell late(String service, String operation) {
        String fault =
                "\"operation\": \"" + operation + "\", \"kind\": \"late\", \"millis\": 3000, \"probability\": 0.3";
        return new Cell("late effects", service + " " + operation + " 3 s late", SOME_CANCELLED, true, scene -> {
            scene.pass(500);
            scene.during(3_000, scene.faults.provider(service, fault));
            scene.pass(500);
        });
    }

    private static Cell provider(String row, String service, String fault, double share, int millis) {
        String drawn = fault + (share < 1 ? ", \"probability\": " + share : "");
        return new Cell(row, service + " " + fault.replace("\"", ""), SOME_CANCELLED, true, scene -> {
            scene.pass(500);
            Fault slow = scene.faults.slowEmail();
            if (service.equals("email")) {
                scene.during(millis, scene.faults.provider(service, drawn));
            } else {
                scene.during(millis, slow, scene.faults.provider(service, drawn));
            }
            scene.pass(500);
        });
    }

    /** Our credentials are refused: all wait, and nobody fails because of it. */
    private static Cell refused(String service, int status) {
        return new Cell(
                "401 and 403 from a provider", service + " refuses with " + status + " for 6 s", 0, true, scene -> {
                    scene.pass(500);
                    scene.during(6_000, scene.faults.provider(service, "\"kind\": \"status\", \"status\": " + status));
                    List<Sent> met = scene.accepted();
                    scene.later("those that waited complete", () -> {
                        scene.awaitEnded(LIMIT.multipliedBy(2), met);
                        List<String> failed = met.stream()
                                .filter(sent -> !sent.declined)
                                .map(Sent::id)
                                .filter(scene.ids("status <> 'COMPLETED'")::contains)
                                .toList();
                        scene.expect(failed.isEmpty(), "nobody fails because of it", failed.toString());
                    });
                });
    }

    /** What only a comparison with the gateway finds. */
    private static Cell reconciled(String row, boolean quick, String... kinds) {
        String name = "charge " + String.join(" and ", kinds) + ", then reconcile";
        return new Cell(row, name, SOME_CANCELLED, quick, scene -> {
            Instant begun = Instant.now().truncatedTo(ChronoUnit.SECONDS);
            scene.pass(500);
            scene.during(
                    2_000,
                    Stream.of(kinds)
                            .map(kind -> scene.faults.provider(
                                    "payment",
                                    "\"operation\": \"charge\", \"kind\": \"" + kind + "\", \"probability\": 0.3"))
                            .toArray(Fault[]::new));
            List<Sent> met = scene.accepted();
            scene.later("a comparison", () -> reconcile(scene, begun, met));
        });
    }

    private static void reconcile(Scene scene, Instant from, List<Sent> met) {
        scene.awaitEnded(LIMIT.multipliedBy(2), met);
        // Those that ended in the last 5 s are left out.
        scene.pass(6_000);
        scene.world
                .instance(0)
                .process()
                .operator()
                .task(
                        "reconcile",
                        "from",
                        from.toString(),
                        "dryRun",
                        "false",
                        "wait",
                        "1 s",
                        "actor",
                        "ann",
                        "reason",
                        "a fault");
        scene.healed();
    }
}
