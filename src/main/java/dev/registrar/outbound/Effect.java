package dev.registrar.outbound;

/** Whether a request may change something at the provider; decides what a missing answer means. */
enum Effect {
    /** Without an answer the outcome is unknown. */
    CHANGES,
    /** Without an answer nothing is lost. */
    READS
}
