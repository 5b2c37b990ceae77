package dev.registrar.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.sandbox.Operation.Route;
import dev.registrar.sandbox.Reply.RefusalException;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;

/** Reads an HTTP request as a {@link ProviderCall}; violations of the wire format throw a {@link RefusalException}. */
final class CallReader {

    private static final int MAX_KEY = 255;
    private static final int MAX_TEXT = 2_000;
    private static final Set<String> PATCHABLE = Set.of("email", "fullName", "phoneNumber", "preferences");

    private CallReader() {}

    static ProviderCall read(Route route, Request request, byte[] bytes) {
        Operation operation = route.operation();
        String ifMatch = request.getHeaders().get(HttpHeader.IF_MATCH);
        if (operation == Operation.PAYMENT_FIND && route.target() == null) {
            return readSearch(request);
        }
        if (!hasBody(operation)) {
            return new ProviderCall(operation, null, null, route.target(), null, ifMatch, JsonCodec.emptyObject());
        }
        JsonNode body = JsonCodec.read(bytes);
        if (!body.isObject()) {
            throw RefusalException.invalid("the body must be a JSON object");
        }
        // Also detects numbers out of range, so it is computed with or without a key.
        String fingerprint = JsonCodec.fingerprint(String.valueOf(route.target()), body);
        String key = takesKey(operation) ? key(request) : null;
        check(operation, body);
        return new ProviderCall(operation, key, key == null ? null : fingerprint, route.target(), null, ifMatch, body);
    }

    /** The query parameters. */
    static Fields query(Request request) {
        try {
            return Request.extractQueryParameters(request);
        } catch (RuntimeException e) {
            throw RefusalException.invalid("the query is not readable");
        }
    }

    private static ProviderCall readSearch(Request request) {
        Fields query = query(request);
        for (String name : List.of("idempotencyKey", "reference")) {
            String wanted = query.getValue(name);
            if (wanted != null && query.getSize() == 1) {
                return new ProviderCall(
                        Operation.PAYMENT_FIND, null, null, wanted, name, null, JsonCodec.emptyObject());
            }
        }
        throw RefusalException.invalid("exactly one of idempotencyKey and reference is required");
    }

    private static boolean hasBody(Operation operation) {
        return operation.writes() && operation != Operation.PROFILE_DELETE;
    }

    /** A void is inherently repeatable: it always answers with the current state. */
    private static boolean takesKey(Operation operation) {
        return operation != Operation.PROFILE_UPDATE && operation != Operation.PAYMENT_VOID;
    }

    private static @Nullable String key(Request request) {
        List<String> keys = request.getHeaders().getValuesList("Idempotency-Key");
        if (keys.isEmpty()) {
            return null;
        }
        String key = keys.get(0);
        boolean visible = key.chars().allMatch(c -> c > ' ' && c < 0x7f);
        if (keys.size() > 1 || key.isEmpty() || key.length() > MAX_KEY || !visible) {
            throw RefusalException.invalid("Idempotency-Key must be 1 to 255 visible ASCII characters, once");
        }
        return key;
    }

    private static void check(Operation operation, JsonNode body) {
        switch (operation) {
            case PROFILE_CREATE -> {
                required(body, "userId", "email", "fullName", "registrationId");
                optional(body, "phoneNumber");
                preferences(body);
            }
            case PROFILE_UPDATE -> checkPatch(body);
            case PAYMENT_CHARGE -> {
                required(body, "userId", "currency", "paymentMethod", "reference");
                optional(body, "description");
                ProviderCall.money(body);
                if (!body.path("paymentMethod").asText().startsWith("pm_")) {
                    throw RefusalException.invalid("paymentMethod must be a token (pm_…)");
                }
            }
            case PAYMENT_VOID -> required(body, "idempotencyKey");
            case PAYMENT_REFUND -> {
                required(body, "currency");
                optional(body, "reference");
                ProviderCall.money(body);
            }
            case EMAIL_SEND -> {
                required(body, "to", "template", "locale", "reference");
                optional(body, "fullName");
            }
            case SMS_SEND -> required(body, "to", "template", "locale", "reference");
            default -> throw new IllegalArgumentException(operation.name());
        }
    }

    private static void checkPatch(JsonNode body) {
        if (body.isEmpty()) {
            throw RefusalException.invalid("nothing to change");
        }
        body.fieldNames().forEachRemaining(name -> {
            if (!PATCHABLE.contains(name)) {
                throw RefusalException.invalid("only " + String.join(", ", PATCHABLE) + " can be changed");
            }
        });
        for (String name : List.of("email", "fullName")) {
            if (body.has(name)) {
                required(body, name);
            }
        }
        optional(body, "phoneNumber");
        preferences(body);
    }

    private static void required(JsonNode body, String... names) {
        for (String name : names) {
            String value = body.path(name).textValue();
            if (value == null || value.isBlank() || value.length() > MAX_TEXT) {
                throw RefusalException.invalid(name + " must be a string of 1 to " + MAX_TEXT + " characters");
            }
        }
    }

    private static void optional(JsonNode body, String name) {
        if (body.hasNonNull(name)) {
            required(body, name);
        }
    }

    private static void preferences(JsonNode body) {
        if (body.hasNonNull("preferences") && !body.path("preferences").isObject()) {
            throw RefusalException.invalid("preferences must be an object");
        }
    }
}
