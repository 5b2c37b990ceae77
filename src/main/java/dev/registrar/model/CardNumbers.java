package dev.registrar.model;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Recognises card numbers, which must never get in. */
public final class CardNumbers {

    /** 13 to 19 digits, with single spaces or dashes between them, not inside a longer run of digits. */
    private static final Pattern DIGITS = Pattern.compile("(?<![0-9])[0-9](?:[ -]?[0-9]){12,18}(?![ -]?[0-9])");

    /** 15 or 16 digits that begin like a card of the large brands. */
    private static final Pattern BRANDED = Pattern.compile(
            "(?<![0-9])(?:4[0-9]{15}|5[1-5][0-9]{14}|2[2-7][0-9]{14}|6(?:011|5[0-9]{2}|4[4-9][0-9])[0-9]{12}|3[47][0-9]{13}"
                    + "|35[0-9]{14})(?![0-9])");

    private CardNumbers() {}

    /** Whether the text holds 13 to 19 digits that pass the Luhn check. */
    public static boolean anyIn(CharSequence text) {
        return any(DIGITS, text);
    }

    /** Stricter, for ids that are often long numbers: 15 or 16 digits with a card's prefix. */
    public static boolean brandedIn(CharSequence text) {
        return any(BRANDED, text);
    }

    private static boolean any(Pattern pattern, CharSequence text) {
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            if (passesLuhn(matcher.group())) {
                return true;
            }
        }
        return false;
    }

    private static boolean passesLuhn(String candidate) {
        int sum = 0;
        boolean twice = false;
        for (int i = candidate.length() - 1; i >= 0; i--) {
            int digit = candidate.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                continue;
            }
            int value = twice ? digit * 2 : digit;
            sum += value > 9 ? value - 9 : value;
            twice = !twice;
        }
        return sum % 10 == 0;
    }
}
