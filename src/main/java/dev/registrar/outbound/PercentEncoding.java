package dev.registrar.outbound;

import java.nio.charset.StandardCharsets;

/** Writes a value into a URL so that it is one path segment or one query value, whatever it contains. */
public final class PercentEncoding {

    private static final String UNRESERVED = "-._~";
    private static final String HEX = "0123456789ABCDEF";

    private PercentEncoding() {}

    /**
     * Every byte of the UTF-8 form but letters, digits and {@code -._~} as {@code %XX}. A value of dots only is encoded
     * too, because {@code ..} as a segment would name another resource.
     *
     * @throws IllegalArgumentException where the value is empty: a path would then name the whole collection
     */
    public static String encode(String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("an empty id");
        }
        boolean dots = value.equals(".") || value.equals("..");
        StringBuilder out = new StringBuilder(value.length() + 16);
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (isPlain(c) && !dots) {
                out.append(c);
            } else {
                out.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xf));
            }
        }
        return out.toString();
    }

    private static boolean isPlain(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || UNRESERVED.indexOf(c) >= 0;
    }
}
