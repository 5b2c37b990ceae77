package dev.registrar.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The status for every combination of facts. */
class RegistrationFactsTest {

    private record Facts(
            RegistrationStatus status,
            boolean attending,
            boolean undoBegun,
            @Nullable RegistrationStatus intendedEnd,
            boolean unclosed) {

        RegistrationStatus derived() {
            return RegistrationFacts.derive(status, attending, undoBegun, intendedEnd, unclosed);
        }

        boolean live() {
            return !status.ended();
        }
    }

    private static List<Facts> all() {
        List<Facts> all = new ArrayList<>();
        List<@Nullable RegistrationStatus> ends =
                Arrays.asList(null, RegistrationStatus.FAILED, RegistrationStatus.CANCELLED);
        List<Boolean> both = List.of(false, true);
        for (RegistrationStatus status : RegistrationStatus.values()) {
            for (RegistrationStatus end : ends) {
                both.forEach(attending -> both.forEach(undoBegun ->
                        both.forEach(unclosed -> all.add(new Facts(status, attending, undoBegun, end, unclosed)))));
            }
        }
        return all;
    }

    private static void each(Predicate<Facts> which, Consumer<Facts> rule) {
        List<Facts> chosen = all().stream().filter(which).toList();
        assertThat(chosen).isNotEmpty().allSatisfy(rule);
    }

    @Test
    void allCombinationsAreTried() {
        assertThat(all()).hasSize(RegistrationStatus.values().length * 3 * 8).doesNotHaveDuplicates();
    }

    @Test
    void endIsFinalWhateverOpensAfterIt() {
        each(facts -> !facts.live(), facts -> assertThat(facts.derived()).isEqualTo(facts.status()));
    }

    @Test
    void attentionIsNeededExactlyWhileSomethingIsUnclosedAndNobodyAttends() {
        each(
                Facts::live,
                facts -> assertThat(facts.derived() == RegistrationStatus.NEEDS_ATTENTION)
                        .isEqualTo(facts.unclosed() && !facts.attending()));
    }

    @Test
    void undoThatHasBegunNeverGoesForward() {
        each(
                facts -> facts.live() && facts.undoBegun(),
                facts -> assertThat(facts.derived())
                        .isNotIn(
                                RegistrationStatus.ACCEPTED, RegistrationStatus.RUNNING, RegistrationStatus.COMPLETED));
    }

    @Test
    void undoEndsAsIntendedWhenItsLastRowIsClosed() {
        each(
                facts -> facts.live() && facts.undoBegun() && !facts.unclosed(),
                facts -> assertThat(facts.derived())
                        .isEqualTo(facts.intendedEnd() == null ? RegistrationStatus.FAILED : facts.intendedEnd()));
    }

    @Test
    void undoThatIsAttendedToIsCompensating() {
        each(
                facts -> facts.live() && facts.undoBegun() && facts.unclosed() && facts.attending(),
                facts -> assertThat(facts.derived()).isEqualTo(RegistrationStatus.COMPENSATING));
    }

    @Test
    void nothingEndsForwardByDerivationAndWhatWaitsForAnAnswerRuns() {
        each(
                facts -> facts.live() && !facts.undoBegun(),
                facts -> assertThat(facts.derived())
                        .isIn(
                                RegistrationStatus.ACCEPTED,
                                RegistrationStatus.RUNNING,
                                RegistrationStatus.NEEDS_ATTENTION));
        each(
                facts ->
                        facts.status() == RegistrationStatus.NEEDS_ATTENTION && !facts.undoBegun() && !facts.unclosed(),
                facts -> assertThat(facts.derived()).isEqualTo(RegistrationStatus.RUNNING));
    }

    @Test
    void derivationIsStable() {
        each(
                facts -> true,
                facts -> assertThat(new Facts(
                                        facts.derived(),
                                        facts.attending(),
                                        facts.undoBegun(),
                                        facts.intendedEnd(),
                                        facts.unclosed())
                                .derived())
                        .isEqualTo(facts.derived()));
    }
}
