package dev.registrar.access;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import org.jspecify.annotations.Nullable;

/**
 * The caller of a request.
 *
 * @param name stable; the owner of what it registers, and part of the scope of idempotency keys
 */
public record Caller(String name, Role role) implements Principal {

    /** Every caller, if authentication is off. */
    public static final Caller ANONYMOUS = new Caller("anonymous", Role.OPERATOR);

    /**
     * The caller of a request.
     *
     * @throws IllegalStateException if the request did not come through the {@link ApplicationFilter}
     */
    public static Caller of(SecurityContext security) {
        if (security.getUserPrincipal() instanceof Caller caller) {
            return caller;
        }
        throw new IllegalStateException("a request without a caller");
    }

    public boolean sees(String owner) {
        return role != Role.CLIENT || owner.equals(name);
    }

    /** The only owner whose registrations this caller may see; null if it may see all. */
    public @Nullable String onlyOwner() {
        return role == Role.CLIENT ? name : null;
    }

    @Override
    public String getName() {
        return name;
    }

    public enum Role {

        /** Registers users and sees only its own registrations. */
        @JsonProperty("client")
        CLIENT,

        /** Sees and does everything, on both ports. */
        @JsonProperty("operator")
        OPERATOR,

        /** Sees everything and changes nothing. */
        @JsonProperty("auditor")
        AUDITOR
    }
}
