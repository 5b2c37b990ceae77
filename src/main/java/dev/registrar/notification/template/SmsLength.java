package dev.registrar.notification.template;

/**
 * The number of segments in which an SMS is sent and billed (3GPP TS 23.038 and 23.040). A text of GSM-7 letters only
 * fits 160 into one segment, or 153 into each of several; any other text is UCS-2, with 70 or 67 UTF-16 units. Letters
 * of the extension table count as two, and neither they nor a surrogate pair are split between segments.
 *
 * @param units septets of GSM-7, or UTF-16 units
 */
public record SmsLength(Encoding encoding, int units, int segments) {

    /** The encoding of the text in transmission. */
    public enum Encoding {
        GSM_7(160, 153),
        UCS_2(70, 67);

        private final int single;
        private final int concatenated;

        Encoding(int single, int concatenated) {
            this.single = single;
            this.concatenated = concatenated;
        }
    }

    private static final String BASIC = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
            + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

    private static final String EXTENSION = "\f^{}\\[~]|€";

    /** Measures a text. */
    public static SmsLength of(String text) {
        Encoding encoding = text.chars().allMatch(c -> BASIC.indexOf(c) >= 0 || EXTENSION.indexOf(c) >= 0)
                ? Encoding.GSM_7
                : Encoding.UCS_2;
        int units = text.codePoints().map(point -> width(encoding, point)).sum();
        int segments = units <= encoding.single ? 1 : segments(encoding, text);
        return new SmsLength(encoding, units, segments);
    }

    private static int segments(Encoding encoding, String text) {
        int segments = 1;
        int used = 0;
        for (int point : text.codePoints().toArray()) {
            int width = width(encoding, point);
            if (used + width > encoding.concatenated) {
                segments++;
                used = 0;
            }
            used += width;
        }
        return segments;
    }

    private static int width(Encoding encoding, int point) {
        boolean two =
                encoding == Encoding.GSM_7 ? EXTENSION.indexOf(point) >= 0 : Character.isSupplementaryCodePoint(point);
        return two ? 2 : 1;
    }
}
