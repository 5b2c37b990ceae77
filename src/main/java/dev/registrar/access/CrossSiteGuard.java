package dev.registrar.access;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests that a foreign page makes a browser send. A browser reports the origin of a changing request ({@code
 * Sec-Fetch-Site}, {@code Origin}, {@code Referer}); other programs send none of these and pass. A page whose own name resolves
 * to this machine (DNS rebinding) looks like the same site; it is recognised by its name in the {@code Host} header.
 * Thread-safe.
 */
public final class CrossSiteGuard {

    private static final String DETAIL = "The request was sent by a page of another site.";
    private static final String HOST_DETAIL =
            "The Host of the request is no name of this service; crossSite.hosts in its configuration adds names.";
    private static final Set<String> FORMS =
            Set.of("application/x-www-form-urlencoded", "multipart/form-data", "text/plain");

    private final Set<String> hosts;
    private final boolean knownHostsOnly;

    /**
     * @param hosts names of the service beside those of the loopback interface
     * @param knownHostsOnly whether requests to any other name are refused; for ports that can only be reached from
     *     this machine
     */
    public CrossSiteGuard(List<String> hosts, boolean knownHostsOnly) {
        this.hosts = hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
        this.knownHostsOnly = knownHostsOnly;
    }

    /** @throws AccessRefusedException 403 */
    void check(Arrival arrival) {
        String host = arrival.first("Host");
        if (knownHostsOnly && host != null && !isKnown(name(host))) {
            throw AccessRefusedException.crossSite(HOST_DETAIL);
        }
        if (arrival.changesState() && isForeign(arrival, host)) {
            throw AccessRefusedException.crossSite(DETAIL);
        }
    }

    private boolean isForeign(Arrival arrival, @Nullable String host) {
        List<String> sites = arrival.all("Sec-Fetch-Site");
        List<String> origins = arrival.all("Origin");
        if (!sites.stream().allMatch(site -> site.equals("same-origin") || site.equals("none"))
                || !origins.stream().allMatch(origin -> isOurs(origin, host))) {
            return true;
        }
        if (!sites.isEmpty() || !origins.isEmpty()) {
            return false;
        }
        String referer = arrival.first("Referer");
        return referer == null ? isFormOfABrowser(arrival) : !isOurs(referer, host);
    }

    /** For browsers that predate those headers. */
    private static boolean isFormOfABrowser(Arrival arrival) {
        String type = arrival.first("Content-Type");
        String agent = arrival.first("User-Agent");
        return type != null
                && agent != null
                && FORMS.contains(type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
                && agent.startsWith("Mozilla/");
    }

    private boolean isOurs(String url, @Nullable String host) {
        try {
            URI uri = URI.create(url);
            String authority = uri.getRawAuthority();
            return authority != null && (authority.equalsIgnoreCase(host) || hosts.contains(name(authority)));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private boolean isKnown(String name) {
        return hosts.contains(name) || LoopbackNames.contains(name);
    }

    /** Without the port. */
    private static String name(String authority) {
        return authority.strip().toLowerCase(Locale.ROOT).replaceFirst(":[0-9]*$", "");
    }
}
