package dev.registrar.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.text.Normalizer;
import java.util.Locale;

/** An e-mail address, validated on input. Printed masked; in JSON in full. */
public record EmailAddress(@JsonValue String value) {

    @JsonCreator
    public static EmailAddress of(String value) {
        return new EmailAddress(value);
    }

    /**
     * The form in which equal addresses are equal: Unicode NFC, and the domain in lower case. The part before the at sign
     * stays as it is, because only its own mail server knows whether case matters there (RFC 5321, 2.4).
     */
    public static EmailAddress normalised(String text) {
        String address = Normalizer.normalize(text, Normalizer.Form.NFC);
        int domain = address.lastIndexOf('@') + 1;
        return new EmailAddress(
                address.substring(0, domain) + address.substring(domain).toLowerCase(Locale.ROOT));
    }

    @Override
    public String toString() {
        return "e***@***";
    }
}
