package dev.registrar.access;

import dev.registrar.access.AuthenticationFactory.Authentication;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Authenticates callers by {@code Authorization: Bearer KEY}. Every key is compared, each in constant time. A valid key is
 * accepted however often its address has failed: others may share the address, and 256 bits cannot be guessed. Thread-safe.
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
                    "One Authorization header with a known API key that has not expired is needed.");
        }
        return new Caller(key.id(), key.role());
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
}
