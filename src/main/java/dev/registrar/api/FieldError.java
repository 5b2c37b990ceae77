package dev.registrar.api;

/**
 * What is wrong with one field of a request. Never quotes the value.
 *
 * @param field path of the field, for example {@code payment.amount}
 * @param code stable, for programs
 */
public record FieldError(String field, String code, String detail) {}
