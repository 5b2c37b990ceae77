package dev.registrar.access;

import dev.registrar.access.AuthenticationFactory.Authentication;
import dev.registrar.access.ConsoleSessions.TokenSeal;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Authenticates callers by {@code Authorization: Bearer KEY}. Every key is compared, each in constant time. A valid key
 * is accepted regardless of failures from its address: others may share the address, and 256 bits cannot be guessed.
 * Thread-safe.
 */
final class ApiKeyAuthentication implements Authentication {

    private static final Pattern BEARER = Pattern.compile("(?i:Bearer) +([\\x21-\\x7e]{1,256})");

    private static final class Known {
        private final ApiKey key;
        private final byte[] hash;

        private Known(ApiKey key) {
            this.key = key;
            this.hash = key.hashBytes();
        }
    }

    private final List<Known> keys;
    private final FailureThrottle failures;
    private final Clock clock;

    ApiKeyAuthentication(List<ApiKey> keys, FailureThrottle failures, Clock clock) {
        this.keys = keys.stream().map(Known::new).toList();
        this.failures = failures;
        this.clock = clock;
    }

    @Override
    public Caller authenticate(List<String> credentials, String remoteAddress) {
        return caller(key(credentials, remoteAddress));
    }

    @Override
    public Optional<ConsoleSessions> sessions(TokenSeal seal, Clock sessionClock) {
        return Optional.of(new ConsoleSessions(this, seal, sessionClock));
    }

    static Caller caller(ApiKey key) {
        return new Caller(key.id(), key.role());
    }

    /** The key with this fingerprint, if it is still configured and has not expired. */
    Optional<ApiKey> current(String fingerprint) {
        return keys.stream()
                .map(known -> known.key)
                .filter(key -> key.fingerprint().equals(fingerprint) && !key.isExpiredAt(clock.instant()))
                .findFirst();
    }

    /** As {@link #authenticate}, but returns the key. */
    ApiKey key(List<String> credentials, String remoteAddress) {
        if (credentials.isEmpty()) {
            throw AccessRefusedException.unauthenticated("Send an API key: Authorization: Bearer KEY.");
        }
        ApiKey key = credentials.size() == 1 ? find(credentials.get(0)) : null;
        if (key == null || key.isExpiredAt(clock.instant())) {
            Optional<Duration> wait = failures.record(remoteAddress);
            if (wait.isPresent()) {
                throw AccessRefusedException.rateLimited("Too many wrong API keys from this address.", wait.get());
            }
            throw AccessRefusedException.unauthenticated(
                    "Send one Authorization header with a known API key that has not expired.");
        }
        return key;
    }

    private @Nullable ApiKey find(String credentials) {
        Matcher bearer = BEARER.matcher(credentials);
        if (!bearer.matches()) {
            return null;
        }
        byte[] hash = ApiKey.sha256(bearer.group(1));
        ApiKey found = null;
        for (Known known : keys) {
            // No early exit, so that the time does not reveal which key matched.
            if (MessageDigest.isEqual(known.hash, hash)) {
                found = known.key;
            }
        }
        return found;
    }

    /**
     * Counts failed authentications by address, over a minute from the first one. Remembers up to {@link #MOST} addresses and
     * then forgets the oldest. The last 64 bits of an IPv6 address are ignored, because one host has them all.
     * Thread-safe.
     */
    static final class FailureThrottle {

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

        /** How long to wait if this failure exceeds the limit. */
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
            return groups.length == 8
                    ? String.join(":", groups[0], groups[1], groups[2], groups[3]) + "::/64"
                    : address;
        }
    }
}
