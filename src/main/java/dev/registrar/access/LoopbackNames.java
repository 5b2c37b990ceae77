package dev.registrar.access;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The names of this machine itself, as bind addresses, in Host headers and in URLs: {@code localhost} and loopback addresses.
 * Names are compared as text and never resolved, because what another name resolves to can change.
 */
public final class LoopbackNames {

    private static final Pattern NAMES =
            Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|(::1|0:0:0:0:0:0:0:1)|\\[(::1|0:0:0:0:0:0:0:1)]");

    private LoopbackNames() {}

    /** @param name without a port; an IPv6 address with or without brackets */
    public static boolean contains(@Nullable String name) {
        return name != null && NAMES.matcher(name.toLowerCase(Locale.ROOT)).matches();
    }
}
