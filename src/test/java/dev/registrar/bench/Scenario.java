package dev.registrar.bench;

import java.util.List;

/** What a run measures. */
interface Scenario {

    /** The contestants of a round in order; Registrar is always among them. */
    default List<String> contestants() {
        return List.of(RegistrarInstance.NAME);
    }

    /** All its conditions. */
    List<Cell> cells();

    /** How many rounds each cell has; the thousands of a sweep are its rounds. */
    int rounds();

    /** Whether everything is measured. */
    default boolean isDone(ResultFile results) {
        return cells().stream().allMatch(cell -> results.has(cell, rounds()));
    }

    /** Measures what the results lack, as far as the block's time allows. */
    void run(TestBed bed, ResultFile results, Block block) throws Exception;
}
