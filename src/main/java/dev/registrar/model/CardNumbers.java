package dev.registrar.model;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Recognises card numbers, which must never be accepted. */
public final class CardNumbers {

    private static final int SHORTEST = 13;
    private static final int LONGEST = 19;

    /** Groups of digits with spaces or dashes between them. */
    private static final Pattern GROUPS = Pattern.compile("[0-9]+(?:[ -]+[0-9]+)*");

    private static final Pattern SEPARATORS = Pattern.compile("[ -]+");

    /** 15 or 16 digits that begin like a card of the large brands. */
    private static final Pattern BRANDED = Pattern.compile(
            "(?<![0-9])(?:4[0-9]{15}|5[1-5][0-9]{14}|2[2-7][0-9]{14}|6(?:011|5[0-9]{2}|4[4-9][0-9])[0-9]{12}|3[47][0-9]{13}"
                    + "|35[0-9]{14})(?![0-9])");

    private CardNumbers() {}

    /**
     * Whether the text holds 13 to 19 digits that pass the Luhn check, as one group or as several next to each other: text
     * around them, such as an expiry date, does not hide them.
     */
    public static boolean anyIn(CharSequence text) {
        Matcher matcher = GROUPS.matcher(ascii(text));
        while (matcher.find()) {
            if (anyIn(SEPARATORS.split(matcher.group()))) {
                return true;
            }
        }
        return false;
    }

    private static boolean anyIn(String[] groups) {
        for (int first = 0; first < groups.length; first++) {
            StringBuilder digits = new StringBuilder();
            for (int last = first; last < groups.length && digits.length() + groups[last].length() <= LONGEST; last++) {
                digits.append(groups[last]);
                if (digits.length() >= SHORTEST && passesLuhn(digits)) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * The same with digits of other scripts as ASCII digits, and all spaces and dashes, even invisible ones, as spaces.
     */
    private static String ascii(CharSequence text) {
        StringBuilder ascii = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            int type = Character.getType(point);
            if (Character.isDigit(point)) {
                ascii.append(Character.digit(point, 10));
            } else if (type == Character.SPACE_SEPARATOR
                    || type == Character.DASH_PUNCTUATION
                    || type == Character.FORMAT) {
                ascii.append(' ');
            } else {
                ascii.appendCodePoint(point);
            }
        });
        return ascii.toString();
    }

    /** Stricter, for ids that are often long numbers: 15 or 16 digits with a card's prefix. */
    public static boolean brandedIn(CharSequence text) {
        Matcher matcher = BRANDED.matcher(text);
        while (matcher.find()) {
            if (passesLuhn(matcher.group())) {
                return true;
            }
        }
        return false;
    }

    private static boolean passesLuhn(CharSequence candidate) {
        int sum = 0;
        boolean twice = false;
        for (int i = candidate.length() - 1; i >= 0; i--) {
            int digit = candidate.charAt(i) - '0';
            int value = twice ? digit * 2 : digit;
            sum += value > 9 ? value - 9 : value;
            twice = !twice;
        }
        // All zeros pass the check, but are not a card number.
        return sum > 0 && sum % 10 == 0;
    }
}
