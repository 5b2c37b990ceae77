package dev.registrar.access;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.dropwizard.jackson.Discoverable;
import java.time.Clock;
import java.util.Optional;

/**
 * The section {@code auth}: who may call. {@code type: none} permits everything to everybody, and only on the loopback interface;
 * {@code type: api-keys} requires a key.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface AuthenticationFactory extends Discoverable permits NoAuthenticationFactory, ApiKeysFactory {

    /**
     * Why this must not be used on a port that other machines can reach; empty if it may.
     *
     * @param where the option that makes it reachable, with its value
     */
    Optional<String> refusalBeyondLoopback(String where);

    Authentication build(Clock clock);

    /** Whether callers are identified. If not, only the {@code Host} header reveals a foreign page. */
    boolean namesCallers();
}
