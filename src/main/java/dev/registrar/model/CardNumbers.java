package dev.registrar.model;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Recognises card numbers, which must never be accepted: 13 to 19 digits that pass the Luhn check. Digits of every script
 * count, and digits in circles, raised or at full width.
 */
public final class CardNumbers {

    private static final int SHORTEST = 13;
    private static final int LONGEST = 19;

    private static final int EXPIRY = 4;

    /** More characters than this between two digits separate two numbers, unless they are only spaces and dashes. */
    private static final int SEPARATOR = 5;

    /** How the numbers of the brands begin, and how long they are. */
    private static final Pattern BRANDED = Pattern.compile(
            "4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})" // Visa
                    + "|(?:5[1-5][0-9]{2}|222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}" // Mastercard
                    + "|3[47][0-9]{13}" // American Express
                    + "|3(?:0[0-5]|09|[689][0-9])[0-9]{11,16}" // Diners Club
                    + "|35(?:2[89]|[3-8][0-9])[0-9]{12,15}" // JCB
                    + "|(?:6011|6[45][0-9]{2}|6[02][0-9]{2}|636[0-9]|8[12][0-9]{2}|220[0-4]|50[0-9]{2})[0-9]{12,15}" // Discover,
                    // UnionPay, RuPay, Mir, Verve and others
                    + "|(?:9792|9860|8600|9112)[0-9]{12}" // Troy, Humo, Uzcard, Belkart
                    + "|(?:5018|5020|5038|5[678][0-9]{2}|6304|6759|676[1-3])[0-9]{9,15}"); // Maestro

    /** As long as nearly all cards are, of the brands that most have: worth looking for anywhere in a longer number. */
    private static final Pattern USUAL =
            Pattern.compile("4[0-9]{15}|5[1-5][0-9]{14}|2[2-7][0-9]{14}|6(?:011|5[0-9]{2})[0-9]{12}|3[47][0-9]{13}");

    /** IPv4 and IPv6 addresses, and E.164 phone numbers with a plus: never a card, however many of their digits fit. */
    private static final Pattern ADDRESSES = Pattern.compile(
            "(?<![0-9.])(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\\.){3}(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?!\\.?[0-9])"
                    + "|(?<![0-9A-Fa-f:])(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}(?![0-9A-Fa-f:])"
                    + "|(?<![0-9A-Fa-f:])(?:[0-9A-Fa-f]{1,4}:){1,6}(?::[0-9A-Fa-f]{1,4}){1,6}(?![0-9A-Fa-f:])"
                    + "|(?<![\\p{L}\\p{N}])\\+(?!3[04-9](?:[ ().-]{0,2}[0-9]){12,13}(?![ ().-]{0,2}[0-9]))"
                    + "[1-9](?:[ ().-]{0,2}[0-9]){6,14}(?![ ().-]{0,2}[0-9])");

    /** UUIDs, and hashes of 128, 160 or 256 bits: of random ones, one in some thousand has the digits of a card. */
    private static final Pattern IDS = Pattern.compile(
            "(?<![\\p{L}\\p{N}])(?:[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[1-8][0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}"
                    + "|[0-9A-Fa-f]{32}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64})(?![\\p{L}\\p{N}])");

    private CardNumbers() {}

    /**
     * Whether the text holds a card number, as one group of digits or as several next to each other. Between the groups are
     * spaces and dashes, or, if the number begins like a card of some brand, up to five characters that are neither letters nor
     * digits. Digits that follow or precede a number with a brand's prefix, such as an expiry date, do not hide it.
     */
    public static boolean anyIn(CharSequence text) {
        if (hasTooFewDigits(text)) {
            return false;
        }
        String plain = ADDRESSES.matcher(withoutIds(text)).replaceAll("x");
        return chains(plain).stream().anyMatch(chain -> chain.hasCard(false));
    }

    /**
     * Stricter, for ids that are often long numbers: the digits next to each other, whatever separates them, have to begin like a
     * card of some brand and to be as many as its cards have.
     */
    public static boolean brandedIn(CharSequence text) {
        return !hasTooFewDigits(text) && chains(withoutIds(text)).stream().anyMatch(chain -> chain.hasCard(true));
    }

    /** True of nearly all texts, and found out without the patterns. What is not ASCII may stand for any number of digits. */
    private static boolean hasTooFewDigits(CharSequence text) {
        int digits = 0;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c > '~') {
                return false;
            }
            if (isDigit(c)) {
                digits++;
            }
        }
        return digits < SHORTEST;
    }

    private static String withoutIds(CharSequence text) {
        return IDS.matcher(ascii(text)).replaceAll(id -> hasLetter(id.group()) ? "x" : id.group());
    }

    /** Digits alone in the form of an id can be several cards. */
    private static boolean hasLetter(String id) {
        return id.chars().anyMatch(Character::isLetter);
    }

    /** Groups of digits next to each other, and whether only spaces and dashes are before each. */
    private record Chain(List<String> groups, List<Boolean> spaced) {

        private boolean hasCard(boolean brandsOnly) {
            for (int first = 0; first < groups.size(); first++) {
                if (!brandsOnly && hidesCard(groups.get(first))) {
                    return true;
                }
                StringBuilder digits = new StringBuilder();
                boolean anyPrefix = !brandsOnly;
                for (int last = first; last < groups.size(); last++) {
                    digits.append(groups.get(last));
                    if (digits.length() > LONGEST) {
                        if (!brandsOnly && beginsWithCard(digits)) {
                            return true;
                        }
                        break;
                    }
                    anyPrefix &= last == first || spaced.get(last);
                    if (digits.length() >= SHORTEST
                            && (anyPrefix || BRANDED.matcher(digits).matches())
                            && passesLuhn(digits)) {
                        return true;
                    }
                }
            }
            return false;
        }
    }

    /** Whether groups hold a card's number of the usual length, then more digits without a separator, such as an expiry date. */
    private static boolean beginsWithCard(CharSequence digits) {
        Matcher card = USUAL.matcher(digits);
        return card.lookingAt() && passesLuhn(card.group());
    }

    /** Whether a number holds a card's of the usual length anywhere, or begins or ends with any and has an expiry date's digits more. */
    private static boolean hidesCard(String digits) {
        for (int length = SHORTEST; length <= Math.min(LONGEST, digits.length()); length++) {
            int last = digits.length() - length;
            for (int start = 0; start <= last; start++) {
                String window = digits.substring(start, start + length);
                boolean outer = last >= EXPIRY && (start == 0 || start == last);
                if ((outer ? BRANDED : USUAL).matcher(window).matches() && passesLuhn(window)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static List<Chain> chains(String text) {
        List<Chain> chains = new ArrayList<>();
        int end = -1;
        for (int at = 0; at < text.length(); at++) {
            if (!isDigit(text.charAt(at))) {
                continue;
            }
            int start = at;
            while (at < text.length() && isDigit(text.charAt(at))) {
                at++;
            }
            String between = end < 0 ? "" : text.substring(end, start);
            boolean spaced = between.chars().allMatch(c -> c == ' ' || c == '-');
            boolean near = spaced
                    || (between.codePointCount(0, between.length()) <= SEPARATOR
                            && between.codePoints().noneMatch(Character::isLetterOrDigit));
            if (end < 0 || !near) {
                chains.add(new Chain(new ArrayList<>(), new ArrayList<>()));
            }
            Chain chain = chains.get(chains.size() - 1);
            chain.groups().add(text.substring(start, at));
            chain.spaced().add(spaced);
            end = at;
        }
        return chains;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** The same with digits of other scripts as ASCII digits, and other spaces and dashes, even invisible ones, as spaces. */
    // Asked about numbers such as (3) alone, never about letters.
    @SuppressWarnings("CharacterGetNumericValue")
    private static String ascii(CharSequence text) {
        String compatible = Normalizer.normalize(text, Normalizer.Form.NFKC);
        StringBuilder ascii = new StringBuilder(compatible.length());
        compatible.codePoints().forEach(point -> {
            int type = Character.getType(point);
            int number = type == Character.OTHER_NUMBER ? Character.getNumericValue(point) : -1;
            if (Character.isDigit(point)) {
                ascii.append(Character.digit(point, 10));
            } else if (number >= 0 && number <= 9) {
                ascii.append(number);
            } else if (point == '-'
                    || type == Character.SPACE_SEPARATOR
                    || type == Character.DASH_PUNCTUATION
                    || type == Character.FORMAT) {
                ascii.append(point == '-' ? '-' : ' ');
            } else {
                ascii.appendCodePoint(point);
            }
        });
        return ascii.toString();
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
