package dev.registrar.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A phone number in E.164 form, validated on input. Printed masked; in JSON in full. */
public record PhoneNumber(@JsonValue String value) {

    @JsonCreator
    public static PhoneNumber of(String value) {
        return new PhoneNumber(value);
    }

    @Override
    public String toString() {
        return "+***";
    }
}
