package dev.registrar.access;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The names that mean this very machine, wherever they are read: {@code localhost} and loopback addresses. Any other name
 * can mean something else a moment later.
 */
public final class LoopbackNames {

    private static final Pattern NAMES =
            Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|(::1|0:0:0:0:0:0:0:1)|\\[(::1|0:0:0:0:0:0:0:1)]");

    private LoopbackNames() {}

    /** @param name without a port; an IPv6 address in brackets or not */
    public static boolean contains(String name) {
        return NAMES.matcher(name.toLowerCase(Locale.ROOT)).matches();
    }
}
