package dev.registrar.bench;

import java.util.List;

/** What is measured in a run. */
interface Scenario {

    /** Whether the other two contestants run beside Registrar. */
    boolean needsRivals();

    /** All conditions that it measures under. */
    List<Cell> cells();

    /** Whether nothing is left to measure. */
    boolean isDone(ResultFile results);

    /** Measures what the results do not have yet, as far as the block's time goes. */
    void run(TestBed bed, ResultFile results, Block block) throws Exception;
}
