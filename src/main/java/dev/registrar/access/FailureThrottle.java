package dev.registrar.access;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts failed authentications by address, over a minute from the first one. Remembers up to {@link #MOST} addresses and
 * then forgets the oldest. The last 64 bits of an IPv6 address are ignored, because one host has them all.
 * Thread-safe.
 */
final class FailureThrottle {

    /** About 1 MB. */
    static final int MOST = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(FailureThrottle.class);
    private static final Duration WINDOW = Duration.ofMinutes(1);

    private static final class Failures {
        private final Instant until;
        private int number;

        private Failures(Instant until) {
            this.until = until;
        }
    }

    private final Map<String, Failures> byAddress = new LinkedHashMap<>();
    private final int limit;
    private final Clock clock;

    /** @param limit failures per window that are not throttled */
    FailureThrottle(int limit, Clock clock) {
        this.limit = limit;
        this.clock = clock;
    }

    /** Counts a failure; returns how long to wait if there were too many. */
    Optional<Duration> record(String remoteAddress) {
        String address = network(remoteAddress);
        Instant now = clock.instant();
        synchronized (byAddress) {
            Failures failures = byAddress.get(address);
            if (failures == null || !now.isBefore(failures.until)) {
                // Removed first, to keep the map ordered by start of the windows.
                byAddress.remove(address);
                makeRoom();
                failures = new Failures(now.plus(WINDOW));
                byAddress.put(address, failures);
            }
            failures.number++;
            if (failures.number <= limit) {
                return Optional.empty();
            }
            if (failures.number == limit + 1) {
                LOG.warn("more than {} wrong API keys within a minute from {}", limit, address);
            }
            return Optional.of(Duration.between(now, failures.until));
        }
    }

    int size() {
        synchronized (byAddress) {
            return byAddress.size();
        }
    }

    private void makeRoom() {
        if (byAddress.size() >= MOST) {
            byAddress.remove(byAddress.keySet().iterator().next());
        }
    }

    /** As servers write IPv6 addresses: all eight groups, in brackets or not. */
    private static String network(String address) {
        String bare = address.startsWith("[") ? address.substring(1) : address;
        String[] groups = bare.split(":", -1);
        return groups.length == 8 ? String.join(":", groups[0], groups[1], groups[2], groups[3]) + "::/64" : address;
    }
}
