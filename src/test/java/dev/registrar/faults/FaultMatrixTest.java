package dev.registrar.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The short profile has a case of every row, and the same one for the same seed. */
final class FaultMatrixTest {

    private static List<Cell> shortOnes(long seed) {
        return FaultMatrix.shortOnes(seed).values().stream()
                .flatMap(List::stream)
                .toList();
    }

    @Test
    void everyRowHasOneCaseInTheShortProfile() {
        List<String> rows = FaultMatrix.all().stream().map(Cell::row).distinct().toList();

        assertThat(rows).hasSizeGreaterThan(15);
        assertThat(shortOnes(1)).extracting(Cell::row).containsExactlyElementsOf(rows);
    }

    @Test
    void caseNamesAreUnique() {
        assertThat(FaultMatrix.all()).extracting(Cell::name).doesNotHaveDuplicates();
    }

    @Test
    void sameSeedDrawsTheSameCasesAndManySeedsDrawAllQuickOnes() {
        assertThat(shortOnes(7)).extracting(Cell::name).isEqualTo(names(shortOnes(7)));

        List<String> drawn = new ArrayList<>();
        for (long seed = 0; seed < 2_000; seed++) {
            drawn.addAll(names(shortOnes(seed)));
        }
        List<String> quick =
                names(FaultMatrix.all().stream().filter(Cell::quick).toList());
        assertThat(Set.copyOf(drawn)).containsExactlyInAnyOrderElementsOf(quick);
    }

    private static List<String> names(List<Cell> cells) {
        return cells.stream().map(Cell::name).toList();
    }
}
