package dev.registrar.flow;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Values that must not leak, and the search for them. */
final class Canaries {

    static final String CARD = "4242424242424242";
    static final String REFUSED_EMAIL = "refused-canary-at-nowhere@@example.com";
    static final String CORRECTED_EMAIL = "corrected.canary@example.org";
    static final String PAYMENT_CREDENTIAL = "payment-credential-canary-5f1c";
    static final String EMAIL_CREDENTIAL = "email-credential-canary-93ad";

    private static final List<String> USERS = List.of("good", "declined", "cancelled", "down", "garbled", "late");

    private final Map<String, String> values = new LinkedHashMap<>();

    Canaries(String encryptionKey) {
        USERS.forEach(user -> {
            values.put(user + "'s e-mail", email(user));
            values.put(user + "'s phone", phone(user));
            values.put(user + "'s name", name(user));
        });
        values.put("description", "Canary-Plan-8841");
        values.put("preference", "canary-locale-7731");
        values.put("card number", CARD);
        values.put("refused e-mail", REFUSED_EMAIL);
        values.put("corrected e-mail", CORRECTED_EMAIL);
        values.put("payment credential", PAYMENT_CREDENTIAL);
        values.put("e-mail credential", EMAIL_CREDENTIAL);
        values.put("encryption key", encryptionKey);
    }

    int size() {
        return values.size();
    }

    private static String email(String user) {
        return user + ".canary@example.com";
    }

    private static String phone(String user) {
        return "+1415557012" + USERS.indexOf(user);
    }

    private static String name(String user) {
        return "Canaria " + user + " Qwertz";
    }

    static String body(String user, String paymentMethod) {
        return """
                {"userProfile": {"userId": "c-%s", "email": "%s", "fullName": "%s", "phoneNumber": "%s",
                                 "preferences": {"favourite": "canary-locale-7731"}},
                 "payment": {"amount": 49.90, "currency": "USD", "paymentMethod": "%s", "description": "Canary-Plan-8841"}}
                """.formatted(user, email(user), name(user), phone(user), paymentMethod);
    }

    /**
     * Which values were found in which place, for example {@code audit: good's e-mail}; URL-encoded, base64 and hex
     * forms count too.
     */
    List<String> in(Map<String, String> places) {
        List<String> hits = new ArrayList<>();
        places.forEach((place, content) -> values.forEach((name, value) -> {
            if (isIn(content, value)) {
                hits.add(place + ": " + name);
            }
        }));
        return hits;
    }

    /** Whether the content contains the value, also URL-encoded or in base64 or hex. */
    static boolean isIn(String content, String value) {
        return forms(value).anyMatch(content::contains);
    }

    private static Stream<String> forms(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        return Stream.of(
                value,
                URLEncoder.encode(value, StandardCharsets.UTF_8),
                HexFormat.of().formatHex(bytes),
                // Without its end, which depends on what follows it.
                Base64.getEncoder().encodeToString(bytes).substring(0, bytes.length / 3 * 4));
    }
}
