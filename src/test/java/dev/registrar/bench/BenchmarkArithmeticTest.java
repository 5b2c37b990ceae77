package dev.registrar.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The arithmetic between raw times and the tables. */
class BenchmarkArithmeticTest {

    private static final Cell CELL = new Cell("throughput", "production", 40, 0);

    @Test
    void percentileIsAMeasuredTimeOfTheNearestRank() {
        long[] hundredDownTo1 =
                LongStream.rangeClosed(1, 100).map(i -> (101 - i) * 1_000_000).toArray();

        Latencies latencies = new Latencies(hundredDownTo1, 2_000_000_000L);

        assertThat(latencies.percentileMillis(50)).isEqualTo(50);
        assertThat(latencies.percentileMillis(99)).isEqualTo(99);
        assertThat(latencies.percentileMillis(100)).isEqualTo(100);
        assertThat(latencies.perSecond()).isEqualTo(50);
    }

    @Test
    void warmUpEndsWhenThreeRatesAreNoBetterThanTheBestBefore() {
        assertThat(WarmUp.hasLevel(List.of())).isFalse();
        assertThat(WarmUp.hasLevel(List.of(50.0, 50.0, 50.0))).isFalse();
        assertThat(WarmUp.hasLevel(List.of(50.0, 50.0, 51.0, 49.0))).isTrue();
        assertThat(WarmUp.hasLevel(List.of(50.0, 50.0, 49.0, 52.0))).isFalse();
        assertThat(WarmUp.hasLevel(List.of(40.0, 50.0, 60.0, 61.0))).isFalse();
        assertThat(WarmUp.hasLevel(List.of(40.0, 60.0, 61.0, 59.0, 30.0))).isTrue();
    }

    @Test
    void oneTimeIsEveryPercentile() {
        Latencies latencies = new Latencies(new long[] {7_000_000}, 7_000_000);

        assertThat(latencies.percentileMillis(1)).isEqualTo(7);
        assertThat(latencies.percentileMillis(99)).isEqualTo(7);
    }

    @Test
    void nothingMeasuredIsNoResult() {
        assertThatThrownBy(() -> new Latencies(new long[0], 1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(Medians.of(List.of())).isNaN();
    }

    @Test
    void medianIsTheMiddleWhateverTheOrder() {
        assertThat(Medians.of(List.of(9.0, 1.0, 5.0))).isEqualTo(5);
        assertThat(Medians.of(List.of(4.0, 100.0, 1.0, 2.0))).isEqualTo(3);
    }

    @Test
    void ratioIsTheMedianOfTheRoundsOwnRatiosAndLeavesOutARoundOfOnlyOne() {
        MeasuredRounds rounds = MeasuredRounds.of(
                CELL,
                List.of(
                        measured("registrar", 1, 50),
                        measured("sequential", 1, 10),
                        measured("registrar", 2, 12),
                        measured("sequential", 2, 4),
                        measured("registrar", 3, 40),
                        measured("sequential", 3, 10),
                        measured("registrar", 4, 999)));

        assertThat(rounds.ratio("registrar", "sequential", Measurement.PER_SECOND))
                .isEqualTo(4);
        assertThat(rounds.ratio("registrar", "empty", Measurement.PER_SECOND)).isNaN();
    }

    @Test
    void openLoopKeepsItsPaceWhileAnswersAreOut() {
        CountDownLatch stall = new CountDownLatch(1);
        AtomicLong waited = new AtomicLong();

        // Due at 0, 1 and 2 ms; the first is answered when the last arrives.
        Latencies latencies = OpenLoop.run(3, 1_000, number -> {
            if (number == 2) {
                stall.countDown();
            } else {
                long begun = System.nanoTime();
                stall.await();
                waited.accumulateAndGet(System.nanoTime() - begun, Math::max);
            }
        });

        assertThat(latencies.percentileMillis(100)).isGreaterThanOrEqualTo(waited.get() / 1e6);
        assertThat(latencies.wallSeconds()).isGreaterThanOrEqualTo(0.002);
    }

    @Test
    void closedLoopMakesEachRequestOnceAndEndsAtAFailure() {
        Set<Integer> seen = ConcurrentHashMap.newKeySet();

        assertThat(ClosedLoop.run(100, 8, seen::add).count()).isEqualTo(100);
        assertThat(seen).hasSize(100);
        assertThatThrownBy(() -> ClosedLoop.run(10, 2, number -> {
                    throw new IllegalStateException("not completed");
                }))
                .hasMessageContaining("not completed");
    }

    @Test
    void accountOfAProcessIsReadWhateverItsName() {
        String stat = "4242 (a) name (x) S 17 4242 4242 0 -1 4194560 1 2 3 4 100 20 7 3 20 0 1 0 55 1000 256 18446";

        ProcessTree.Account account = ProcessTree.Account.parse(stat);

        assertThat(account).isEqualTo(new ProcessTree.Account(4242, 17, 130, 1024));
    }

    @Test
    void heapInUseIsReadFromTheAnswerOfJcmd() {
        String answer = """
                4242:
                 garbage-first heap   total 524288K, used 102400K [0x00000000e0000000, 0x0000000100000000)
                  region size 1024K, 3 young (3072K), 3 survivors (3072K)
                 Metaspace       used 60000K, committed 61000K, reserved 1114112K
                """;

        assertThat(RunningJvm.usedMiB(answer)).isCloseTo(100, within(0.001));
    }

    @Test
    void heapOfTheSerialCollectorIsItsTwoGenerations() {
        String answer = """
                4242:
                 def new generation   total 157248K, used 1024K [0x00000000e0000000, 0x00000000eaaa0000)
                  eden space 139776K,   0% used [0x00000000e0000000, 0x00000000e000c2b8, 0x00000000e8880000)
                 tenured generation   total 349568K, used 2048K [0x00000000eaaa0000, 0x0000000100000000)
                 Metaspace       used 79760K, committed 80640K, reserved 1179648K
                """;

        assertThat(RunningJvm.usedMiB(answer)).isCloseTo(3, within(0.001));
        assertThat(RunningJvm.usedMiB("""
                4242:
                DefNew     total 157248K, used 2048K [0x00000000e0000000, 0x00000000eaaa0000, 0x00000000eaaa0000)
                 eden space 139776K,   1% used [0x00000000e0000000, 0x00000000e000c2b8, 0x00000000e8880000)
                Tenured    total 349568K, used 51200K [0x00000000eaaa0000, 0x0000000100000000, 0x0000000100000000)
                 the  space 349568K,  14% used [0x00000000eaaa0000, 0x00000000edd65240, 0x0000000100000000)
                """)).isCloseTo(52, within(0.001));
        assertThatThrownBy(() -> RunningJvm.usedMiB("4242:")).hasMessageContaining("not understood");
    }

    @Test
    void reportHasOnlyWhatWasMeasured() {
        BenchmarkReport report = new BenchmarkReport(
                Map.of("cores", "2"), List.of(measured("registrar", 1, 50), measured("sequential", 1, 10)));

        assertThat(report.markdown())
                .contains("- cores: 2")
                .contains("| production | 0 ms | 40 | registrar | 1 | 50.0 | – | – |")
                .contains("| production | 0 ms | 40 | 5.00 | – | – | – |")
                .doesNotContain("thousand")
                .doesNotContain("POST");
    }

    @Test
    void tenThousandHaveTheRateOfAllAndTheMemoryAtTheirEnd() {
        List<Measurement> part = List.of(measured("registrar", 1, 50), measured("registrar", 2, 100));

        Measurement together = SweepTable.together(part);

        assertThat(together.value(Measurement.PER_SECOND)).isCloseTo(200.0 / 3, within(0.001));
        assertThat(together.count()).isEqualTo(800);
    }

    @Test
    void onlyLongSweepHasTenThousands() {
        List<Measurement> twenty = IntStream.rangeClosed(1, 20)
                .mapToObj(thousand -> measured("registrar", thousand, 50))
                .toList();

        assertThat(new SweepTable(twenty).byTheTenThousand()).contains("| 2 | 50.0 |");
        assertThat(new SweepTable(twenty.subList(0, 19)).byTheTenThousand()).isEmpty();
        assertThat(new SweepTable(twenty).byTheThousand()).contains("| 20 | 50.0 |");
    }

    private static Measurement measured(String contestant, int round, double perSecond) {
        return new Measurement(CELL, contestant, round, 400, Map.of(Measurement.PER_SECOND, perSecond));
    }
}
