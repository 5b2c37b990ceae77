package dev.registrar.sandbox;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What a provider can be asked to do, under the names of the control API. */
enum Operation {
    PROFILE_CREATE("profile", "create", true),
    PROFILE_GET("profile", "get", false),
    PROFILE_UPDATE("profile", "update", true),
    PROFILE_DELETE("profile", "delete", true),
    PAYMENT_CHARGE("payment", "charge", true),
    PAYMENT_FIND("payment", "find", false),
    PAYMENT_VOID("payment", "void", true),
    PAYMENT_REFUND("payment", "refund", true),
    EMAIL_SEND("email", "send", true),
    SMS_SEND("sms", "send", true);

    static final List<String> SERVICES = List.of("profile", "payment", "email", "sms");

    private final String service;
    private final String verb;
    private final boolean writes;

    Operation(String service, String verb, boolean writes) {
        this.service = service;
        this.verb = verb;
        this.writes = writes;
    }

    static Optional<Operation> of(String service, String verb) {
        return ofService(service).stream().filter(o -> o.verb.equals(verb)).findAny();
    }

    static List<Operation> ofService(String service) {
        return Arrays.stream(values()).filter(o -> o.service.equals(service)).toList();
    }

    String service() {
        return service;
    }

    /** The operation's name within its service. */
    String verb() {
        return verb;
    }

    boolean writes() {
        return writes;
    }
}
