package dev.registrar.model;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rules for texts in a request. */
public final class TextRules {

    private static final Pattern USER_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern TOKEN = Pattern.compile("pm_[A-Za-z0-9_]{1,64}");
    private static final Pattern PHONE = Pattern.compile("\\+[1-9][0-9]{6,14}");
    private static final Pattern LOCAL_PART = Pattern.compile("[^\\s\\p{Z}\\p{C}@\"(),:;<>\\[\\]\\\\]{1,64}");
    private static final Pattern DOMAIN = Pattern.compile(
            "(?:[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]{0,61}[\\p{L}\\p{N}])?\\.)+[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]{0,61}[\\p{L}\\p{N}])?");
    private static final Pattern NAMED = Pattern.compile("[^<>,]*<([^<>]*)>");
    private static final Pattern BREAKS = Pattern.compile("[\\p{Cntrl}\\x{80}-\\x{9f}\\x{2028}\\x{2029}]+");
    private static final int EMAIL_LENGTH = 254;

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

    /** One at sign, a local part of up to 64, a domain of at least two labels, 254 characters in all. */
    public static boolean isEmail(String text) {
        int at = text.indexOf('@');
        if (at < 1 || text.length() > EMAIL_LENGTH) {
            return false;
        }
        String local = text.substring(0, at);
        boolean dotsAreInside = !local.startsWith(".") && !local.endsWith(".") && !local.contains("..");
        return dotsAreInside
                && LOCAL_PART.matcher(local).matches()
                && DOMAIN.matcher(text.substring(at + 1)).matches();
    }

    /** An e-mail address, alone or in angle brackets after a name: one line, one address. */
    public static boolean isMailbox(String text) {
        Matcher named = NAMED.matcher(text);
        return !hasControl(text) && isEmail(named.matches() ? named.group(1) : text);
    }

    /** Nothing visible: only white space, zero-width and other format characters. */
    public static boolean isBlank(String text) {
        return text.codePoints()
                .allMatch(point -> Character.isWhitespace(point)
                        || Character.isSpaceChar(point)
                        || Character.getType(point) == Character.FORMAT
                        || point == 0x115F
                        || point == 0x1160
                        || point == 0x3164
                        || point == 0x2800);
    }

    public static boolean hasControl(String text) {
        return text.codePoints().anyMatch(Character::isISOControl)
                || text.codePoints().anyMatch(point -> Character.getType(point) == Character.SURROGATE);
    }

    /** The text as one line: control characters and line separators become blanks. Fit for a header. */
    public static String singleLine(String text) {
        return BREAKS.matcher(text).replaceAll(" ").strip();
    }

    public static boolean isAtMost(String text, int characters) {
        return text.codePointCount(0, text.length()) <= characters;
    }
}
