package dev.registrar.access;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.dropwizard.jackson.Discoverable;
import java.time.Clock;
import java.util.Optional;

/**
 * The section {@code auth}: who may call. {@code type: none} lets everybody do everything, and is for the loopback interface
 * only; {@code type: api-keys} wants a key.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface AuthenticationFactory extends Discoverable permits NoAuthenticationFactory, ApiKeysFactory {

    /**
     * Why this must not be used where others than this machine's own programs can reach it; empty where it may.
     *
     * @param where the option that makes it reachable, with its value
     */
    Optional<String> refusalBeyondLoopback(String where);

    Authentication build(Clock clock);

    /** Whether callers have names. Where they have none, only the {@code Host} of a request tells a foreign page. */
    boolean namesCallers();
}
