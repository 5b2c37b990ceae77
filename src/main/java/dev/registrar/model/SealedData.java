package dev.registrar.model;

/**
 * Data as it is stored.
 *
 * @param codec which {@link DataCodec} wrote it
 */
public record SealedData(short codec, byte[] bytes) {}
