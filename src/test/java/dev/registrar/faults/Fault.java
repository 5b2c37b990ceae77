package dev.registrar.faults;

/**
 * Something that is broken and mended again, each once and by one thread.
 *
 * @param name says what and where, for the report
 */
record Fault(String name, Action breaking, Action mending) {

    interface Action {
        void run() throws Exception;
    }

    void inject() throws Exception {
        breaking.run();
    }

    void heal() throws Exception {
        mending.run();
    }
}
