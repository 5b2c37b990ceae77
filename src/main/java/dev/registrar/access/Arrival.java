package dev.registrar.access;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the guards of both ports need to know of a request.
 *
 * @param headers all values of the header of this name; empty if there is none
 */
record Arrival(String method, Function<String, List<String>> headers, String remoteAddress) {

    List<String> all(String header) {
        return headers.apply(header);
    }

    @Nullable
    String first(String header) {
        List<String> all = all(header);
        return all.isEmpty() ? null : all.get(0);
    }

    boolean changesState() {
        return switch (method.toUpperCase(Locale.ROOT)) {
            case "GET", "HEAD", "OPTIONS", "TRACE" -> false;
            default -> true;
        };
    }
}
