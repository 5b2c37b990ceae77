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

    /** Whether everything is measured. */
    boolean isDone(ResultFile results);

    /** Measures what the results lack, as far as the block's time allows. */
    void run(TestBed bed, ResultFile results, Block block) throws Exception;
}
