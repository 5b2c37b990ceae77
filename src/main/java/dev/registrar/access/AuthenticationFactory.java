package dev.registrar.access;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.registrar.access.AuthenticationFactory.Authentication;
import dev.registrar.access.ConsoleSessions.TokenSeal;
import io.dropwizard.jackson.Discoverable;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * The section {@code auth}: who may call. {@code type: none} permits everything to everyone, only on the loopback
 * interface; {@code type: api-keys} requires a key.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface AuthenticationFactory extends Discoverable
        permits AuthenticationFactory.NoAuthenticationFactory, ApiKeysFactory {

    /**
     * Why this must not be used on a port that other machines can reach; empty if it may.
     *
     * @param where the option that makes it reachable, with its value
     */
    Optional<String> refusalBeyondLoopback(String where);

    Authentication build(Clock clock);

    /** Whether callers are identified. If not, only the {@code Host} header reveals a foreign page. */
    boolean namesCallers();

    /** Authenticates callers. Thread-safe. */
    @FunctionalInterface
    public interface Authentication {

        /**
         * Authenticates the caller.
         *
         * @param credentials the values of all {@code Authorization} headers of the request
         * @param remoteAddress the address for which failures are counted
         * @throws AccessRefusedException 401 if the credentials are invalid, 429 if there were too many failures
         */
        Caller authenticate(List<String> credentials, String remoteAddress);

        /** Sessions for browsers; empty if callers need not authenticate. */
        default Optional<ConsoleSessions> sessions(TokenSeal seal, Clock clock) {
            return Optional.empty();
        }
    }

    /** {@code auth: {type: none}}: anyone who can reach a port may do everything. */
    @JsonTypeName("none")
    public record NoAuthenticationFactory() implements AuthenticationFactory {

        @Override
        public Optional<String> refusalBeyondLoopback(String where) {
            return Optional.of("type none is for the loopback interface only, and " + where
                    + " is reachable from outside: bind to 127.0.0.1, or set auth.type: api-keys");
        }

        @Override
        public Authentication build(Clock clock) {
            return (credentials, remoteAddress) -> Caller.ANONYMOUS;
        }

        @Override
        public boolean namesCallers() {
            return false;
        }
    }
}
