package dev.registrar.bench;

import java.util.List;

/** What is measured in a run. */
interface Scenario {

    /** The contestants of a round in their order; Registrar is always among them. */
    default List<String> contestants() {
        return List.of(RegistrarInstance.NAME);
    }

    /** All conditions that it measures under. */
    List<Cell> cells();

    /** Whether nothing is left to measure. */
    boolean isDone(ResultFile results);

    /** Measures what the results do not have yet, as far as the block's time goes. */
    void run(TestBed bed, ResultFile results, Block block) throws Exception;
}
