package dev.registrar.compensation;

/** What a replay proved about one row, by a read of its own at the provider. The names are part of the contract. */
public enum ReplayResult {
    VERIFIED,
    STILL_FAILING,
    UNKNOWN
}
