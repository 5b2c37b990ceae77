package dev.registrar.faults;

/**
 * A named case of the matrix.
 *
 * @param row of the table in docs/reliability.md
 * @param name unique
 * @param cancels the share of its registrations that are cancelled soon after they were accepted
 * @param quick whether the short profile may draw it for its row
 */
record Cell(String row, String name, double cancels, boolean quick, Script script) {

    /** What happens while the load runs; returns when everything is healed. */
    interface Script {
        void run(Scene scene) throws Exception;
    }

    Cell slow() {
        return new Cell(row, name, cancels, false, script);
    }
}
