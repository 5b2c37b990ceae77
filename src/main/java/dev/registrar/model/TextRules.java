package dev.registrar.model;

import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.IllformedLocaleException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rules for texts in a request. */
public final class TextRules {

    /** What {@link #isPlain} demands, for people. */
    public static final String PLAIN =
            "Control characters and bidirectional controls are not allowed, nor more than 8 combining marks in a row.";

    private static final Pattern USER_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern TOKEN = Pattern.compile("pm_[A-Za-z0-9_]{1,64}");
    private static final Pattern PHONE = Pattern.compile("\\+[1-9][0-9]{6,14}");
    private static final Pattern LOCAL_PART = Pattern.compile("[^\\s\\p{Z}\\p{C}@\"(),:;<>\\[\\]\\\\]+");
    private static final String LABEL = "[\\p{L}\\p{N}](?:[\\p{L}\\p{M}\\p{N}-]{0,61}[\\p{L}\\p{M}\\p{N}])?";

    /** Letters, their marks, digits and dashes; the last label is no number, as in an IPv4 address. */
    private static final Pattern DOMAIN =
            Pattern.compile("(?:" + LABEL + "\\.)+(?!(?:\\p{N}+|0[xX][0-9A-Fa-f]*)$)" + LABEL);

    private static final Pattern NAMED = Pattern.compile("[^<>,]*<([^<>]*)>");
    private static final Pattern BREAKS = Pattern.compile("[\\p{Cntrl}\\x{80}-\\x{9f}\\x{2028}\\x{2029}]+");

    /** Code points that show nothing and are neither white space nor format characters (Unicode: default ignorable). */
    private static final Pattern INVISIBLE = Pattern.compile(
            "[\\x{34f}\\x{115f}\\x{1160}\\x{17b4}\\x{17b5}\\x{180b}-\\x{180f}\\x{2065}\\x{2800}\\x{3164}\\x{fe00}-\\x{fe0f}"
                    + "\\x{ffa0}\\x{fff0}-\\x{fff8}\\x{1d159}\\x{e0000}-\\x{e0fff}]");

    private static final Pattern FORMAT = Pattern.compile("\\p{Cf}");

    /** Nine combining marks in a row; invisible characters between them do not separate them. */
    private static final Pattern MANY_MARKS = Pattern.compile("\\p{M}(?:\\p{Cf}*+\\p{M}){8}");

    private static final int EMAIL_OCTETS = 254;
    private static final int LOCAL_OCTETS = 64;
    private static final int LANGUAGE_TAG_LENGTH = 64;

    private TextRules() {}

    /** Excludes "." and "..", which cannot be path segments. */
    public static boolean isUserId(String text) {
        return USER_ID.matcher(text).matches() && !text.equals(".") && !text.equals("..");
    }

    public static boolean isToken(String text) {
        return TOKEN.matcher(text).matches();
    }

    /** E.164: a plus and 7 to 15 digits. */
    public static boolean isPhoneNumber(String text) {
        return PHONE.matcher(text).matches();
    }

    /**
     * One at sign, a local part of up to 64 octets, a domain of at least two labels that is valid as an internationalised one and
     * does not end in a number; 254 octets in all, in UTF-8 and with the domain in punycode.
     */
    public static boolean isEmail(String text) {
        int at = text.indexOf('@');
        if (at < 1 || text.length() > EMAIL_OCTETS) {
            return false;
        }
        String local = text.substring(0, at);
        String domain = text.substring(at + 1);
        boolean dotsAreInside = !local.startsWith(".") && !local.endsWith(".") && !local.contains("..");
        return dotsAreInside
                && LOCAL_PART.matcher(local).matches()
                && octets(local) <= LOCAL_OCTETS
                && octets(text) <= EMAIL_OCTETS
                && DOMAIN.matcher(domain).matches()
                && punycodeLength(domain) <= EMAIL_OCTETS - 1 - octets(local);
    }

    private static int octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Longer than anything if it cannot be written so. */
    private static int punycodeLength(String domain) {
        try {
            return IDN.toASCII(domain, IDN.ALLOW_UNASSIGNED | IDN.USE_STD3_ASCII_RULES)
                    .length();
        } catch (IllegalArgumentException e) {
            return Integer.MAX_VALUE;
        }
    }

    /** An e-mail address, alone or in angle brackets after a name: one line, one address. */
    public static boolean isMailbox(String text) {
        Matcher named = NAMED.matcher(text);
        return !hasControl(text) && isEmail(named.matches() ? named.group(1) : text);
    }

    /** Nothing visible: only white space, zero-width and other format characters, fillers and variation selectors. */
    public static boolean isBlank(String text) {
        return visible(text)
                .codePoints()
                .allMatch(point -> Character.isWhitespace(point) || Character.isSpaceChar(point));
    }

    /** The text without zero-width and other format characters, fillers and variation selectors. */
    public static String visible(String text) {
        return FORMAT.matcher(INVISIBLE.matcher(text).replaceAll("")).replaceAll("");
    }

    /** A control character, half a surrogate pair, or a control that reorders the text around it. */
    public static boolean hasControl(String text) {
        return text.codePoints()
                .anyMatch(point -> Character.isISOControl(point)
                        || Character.getType(point) == Character.SURROGATE
                        || (point >= 0x202A && point <= 0x202E)
                        || (point >= 0x2066 && point <= 0x2069));
    }

    /** No {@link #hasControl control}, and at most 8 combining marks in a row, so that nothing is drawn over its neighbours. */
    public static boolean isPlain(String text) {
        return !hasControl(text) && !MANY_MARKS.matcher(text).find();
    }

    /** Unicode NFC: the form in which a text is kept and compared. */
    public static String composed(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFC);
    }

    /** A well-formed BCP 47 tag that names a language, for example {@code de-AT}. */
    public static boolean isLanguageTag(String text) {
        if (text.length() > LANGUAGE_TAG_LENGTH) {
            return false;
        }
        try {
            return !new Locale.Builder()
                    .setLanguageTag(text)
                    .build()
                    .getLanguage()
                    .isEmpty();
        } catch (IllformedLocaleException e) {
            return false;
        }
    }

    /** The text as one line: control characters and line separators become blanks. Fit for a header. */
    public static String singleLine(String text) {
        return BREAKS.matcher(text).replaceAll(" ").strip();
    }

    public static boolean isAtMost(String text, int characters) {
        return text.codePointCount(0, text.length()) <= characters;
    }
}
