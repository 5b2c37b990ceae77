package dev.registrar.access;

import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
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
            "The Host header does not name this service; crossSite.hosts in its configuration adds names.";
    private static final Set<String> FORMS =
            Set.of("application/x-www-form-urlencoded", "multipart/form-data", "text/plain");

    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|(::1|0:0:0:0:0:0:0:1)|\\[(::1|0:0:0:0:0:0:0:1)]");

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

    /**
     * Whether this names the machine itself, as a bind address, in a Host header or in a URL. Names are compared as text and
     * never resolved, because what another name resolves to can change.
     *
     * @param name without a port; an IPv6 address with or without brackets
     */
    public static boolean isLoopback(@Nullable String name) {
        return name != null && LOOPBACK.matcher(name.toLowerCase(Locale.ROOT)).matches();
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
        return hosts.contains(name) || isLoopback(name);
    }

    /** Without the port. */
    private static String name(String authority) {
        return authority.strip().toLowerCase(Locale.ROOT).replaceFirst(":[0-9]*$", "");
    }

    /**
     * The parts of a request that the guards of both ports need.
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

    /**
     * The section {@code crossSite}: which host names belong to the service.
     *
     * @param hosts names, without a port, by which browsers reach a port that is bound to the loopback interface or is
     *     behind a proxy that changes the {@code Host} header; default none. Loopback names are always accepted
     */
    public record CrossSiteConfiguration(
            @NotNull List<@jakarta.validation.constraints.Pattern(regexp = "[A-Za-z0-9.-]{1,253}") String> hosts) {

        @SuppressWarnings("ConstantValue") // omitted options are null
        public CrossSiteConfiguration {
            hosts = hosts == null ? List.of() : List.copyOf(hosts);
        }

        public static CrossSiteConfiguration defaults() {
            return new CrossSiteConfiguration(List.of());
        }
    }
}
