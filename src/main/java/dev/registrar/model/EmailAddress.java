package dev.registrar.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** An e-mail address, already checked at the border. Printed masked; in JSON in full. */
public record EmailAddress(@JsonValue String value) {

    @JsonCreator
    public static EmailAddress of(String value) {
        return new EmailAddress(value);
    }

    @Override
    public String toString() {
        return "e***@***";
    }
}
