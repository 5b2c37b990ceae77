package dev.registrar.sandbox;

import dev.registrar.sandbox.Reply.RefusalException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The operations of the providers, under the names of the control API. */
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

    /**
     * The operation of a method and a path.
     *
     * @param target the id in the path
     */
    record Route(Operation operation, @Nullable String target) {

        private static final List<Pattern> PATTERNS = List.of(
                new Pattern("profile/profiles", Map.of("POST", Operation.PROFILE_CREATE)),
                new Pattern(
                        "profile/profiles/*",
                        Map.of(
                                "GET",
                                Operation.PROFILE_GET,
                                "PATCH",
                                Operation.PROFILE_UPDATE,
                                "DELETE",
                                Operation.PROFILE_DELETE)),
                new Pattern(
                        "payment/payments", Map.of("POST", Operation.PAYMENT_CHARGE, "GET", Operation.PAYMENT_FIND)),
                new Pattern("payment/payments/void", Map.of("POST", Operation.PAYMENT_VOID)),
                new Pattern("payment/payments/*", Map.of("GET", Operation.PAYMENT_FIND)),
                new Pattern("payment/payments/*/refunds", Map.of("POST", Operation.PAYMENT_REFUND)),
                new Pattern("email/messages", Map.of("POST", Operation.EMAIL_SEND)),
                new Pattern("sms/messages", Map.of("POST", Operation.SMS_SEND)));

        /** An unknown path, or a method that it does not have, throws a {@link RefusalException}. */
        static Route find(String method, List<String> segments) {
            for (Pattern pattern : PATTERNS) {
                Optional<String> target = pattern.match(segments);
                if (target.isPresent()) {
                    Operation operation = pattern.methods.get(method);
                    if (operation == null) {
                        throw RefusalException.methodNotAllowed(pattern.methods.keySet());
                    }
                    return new Route(operation, target.get().isEmpty() ? null : target.get());
                }
            }
            throw new RefusalException(404, "not_found", "no such path");
        }

        private record Pattern(List<String> parts, Map<String, Operation> methods) {

            Pattern(String path, Map<String, Operation> methods) {
                this(Arrays.asList(path.split("/", -1)), methods);
            }

            /** The part that matches the star, or an empty text without a star; absent if the path does not match. */
            Optional<String> match(List<String> segments) {
                if (segments.size() != parts.size()) {
                    return Optional.empty();
                }
                String target = "";
                for (int i = 0; i < segments.size(); i++) {
                    String segment = segments.get(i);
                    if (parts.get(i).equals("*") && !segment.isEmpty()) {
                        target = segment;
                    } else if (!parts.get(i).equals(segment)) {
                        return Optional.empty();
                    }
                }
                return Optional.of(target);
            }
        }
    }
}
