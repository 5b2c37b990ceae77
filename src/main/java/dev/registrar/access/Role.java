package dev.registrar.access;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a caller is to the service. */
public enum Role {

    /** Registers users and sees what it registered, nothing else. */
    @JsonProperty("client")
    CLIENT,

    /** Sees and does everything, on both ports. */
    @JsonProperty("operator")
    OPERATOR,

    /** Sees everything and changes nothing. */
    @JsonProperty("auditor")
    AUDITOR
}
