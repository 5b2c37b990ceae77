package dev.registrar.access;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a caller may do. */
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
