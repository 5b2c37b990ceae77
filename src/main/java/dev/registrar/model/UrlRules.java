package dev.registrar.model;

import java.net.URI;

/** Rules for URLs in the configuration. */
public final class UrlRules {

    private static final int HIGHEST_PORT = 65_535;

    private UrlRules() {}

    /** Whether it is {@code http} or {@code https} with a host, without user, query and fragment. */
    public static boolean isPlainHttp(URI url) {
        return ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
                && url.getHost() != null
                && url.getPort() != 0
                && url.getPort() <= HIGHEST_PORT
                && url.getRawUserInfo() == null
                && url.getRawQuery() == null
                && url.getRawFragment() == null;
    }
}
