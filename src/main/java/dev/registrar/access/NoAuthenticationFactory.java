package dev.registrar.access;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.time.Clock;
import java.util.Optional;

/** {@code auth: {type: none}}: whoever reaches a port may do everything. */
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
