package dev.registrar.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The five steps of a registration, in order; each calls one service of the same name. */
public enum Step {
    PROFILE,
    PAYMENT,
    DATABASE,
    EMAIL,
    SMS;

    /** The name in answers, error codes, labels and configuration. */
    @JsonValue
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    @JsonCreator
    public static Step of(String code) {
        return valueOf(code.toUpperCase(Locale.ROOT));
    }
}
