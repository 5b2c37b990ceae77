package dev.registrar.sandbox;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which operation a method and a path ask for.
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
            new Pattern("payment/payments", Map.of("POST", Operation.PAYMENT_CHARGE, "GET", Operation.PAYMENT_FIND)),
            new Pattern("payment/payments/void", Map.of("POST", Operation.PAYMENT_VOID)),
            new Pattern("payment/payments/*", Map.of("GET", Operation.PAYMENT_FIND)),
            new Pattern("payment/payments/*/refunds", Map.of("POST", Operation.PAYMENT_REFUND)),
            new Pattern("email/messages", Map.of("POST", Operation.EMAIL_SEND)),
            new Pattern("sms/messages", Map.of("POST", Operation.SMS_SEND)));

    /** A path that there is not, or not with this method, is a {@link RefusalException}. */
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

        /** The part under the star, or nothing where there is no star; absent where the path does not match. */
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
