package dev.registrar.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.net.IDN;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** An e-mail address, validated on input. Printed masked; in JSON in full. */
public record EmailAddress(@JsonValue String value) {

    @JsonCreator
    public static EmailAddress of(String value) {
        return new EmailAddress(value);
    }

    /**
     * The form in which equal addresses are equal: Unicode NFC, and the domain in lower case, its labels in Unicode if they were
     * given as punycode. The part before the at sign stays as it is, because only its own mail server knows whether case matters
     * there (RFC 5321, 2.4).
     */
    public static EmailAddress normalised(String text) {
        String address = Normalizer.normalize(text, Normalizer.Form.NFC);
        int domain = address.lastIndexOf('@') + 1;
        String labels = Arrays.stream(
                        address.substring(domain).toLowerCase(Locale.ROOT).split("\\.", -1))
                .map(label -> label.startsWith("xn--") ? IDN.toUnicode(label, IDN.ALLOW_UNASSIGNED) : label)
                .collect(Collectors.joining("."));
        return new EmailAddress(Normalizer.normalize(address.substring(0, domain) + labels, Normalizer.Form.NFC));
    }

    /** Whether it is accepted: well-formed, without invisible characters, and no card number. */
    public boolean acceptable() {
        return TextRules.isEmail(value) && TextRules.isPlain(value) && !CardNumbers.anyIn(value);
    }

    @Override
    public String toString() {
        return "e***@***";
    }
}
