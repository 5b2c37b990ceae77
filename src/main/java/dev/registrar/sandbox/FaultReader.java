package dev.registrar.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.sandbox.Fault.FaultKind;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the list of faults of {@code PUT /sandbox/faults}; what it does not understand is a {@link RefusalException}. */
final class FaultReader {

    private static final Set<String> FIELDS =
            Set.of("service", "operation", "kind", "times", "probability", "millis", "status", "retryAfter");
    private static final long MAX_MILLIS = 86_400_000L;

    private FaultReader() {}

    static List<Fault> read(JsonNode body) {
        if (!body.isArray()) {
            throw refused("faults", "expected a JSON array of faults");
        }
        List<Fault> faults = new ArrayList<>();
        for (JsonNode element : body) {
            faults.add(readOne("faults[" + faults.size() + "]", element));
        }
        return faults;
    }

    private static Fault readOne(String at, JsonNode node) {
        if (!node.isObject()) {
            throw refused(at, "expected an object");
        }
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!FIELDS.contains(name)) {
                throw refused(at, "unknown field '" + name + "'");
            }
        }
        String service = service(at, node);
        String verb = optionalText(at, node, "operation");
        FaultKind kind = kind(at, node);
        checkOperation(at, service, verb, kind);
        Integer times = integer(at, node, "times", 0, Integer.MAX_VALUE);
        Double probability = probability(at, node);
        if (times != null && probability != null) {
            throw refused(at, "times and probability exclude each other");
        }
        Long millis = millis(at, node, kind);
        Integer status = integer(at, node, "status", kind == FaultKind.STATUS ? 300 : 200, 599);
        Integer retryAfter = integer(at, node, "retryAfter", 0, 86_400);
        return new Fault(service, verb, kind, times, probability, millis, status, retryAfter);
    }

    private static String service(String at, JsonNode node) {
        String service = optionalText(at, node, "service");
        if (service == null || !Operation.SERVICES.contains(service)) {
            throw refused(at, "service must be one of " + Operation.SERVICES);
        }
        return service;
    }

    private static FaultKind kind(String at, JsonNode node) {
        String kind = optionalText(at, node, "kind");
        return FaultKind.find(kind == null ? "" : kind)
                .orElseThrow(() -> refused(
                        at,
                        "kind must be one of "
                                + List.of(FaultKind.values()).stream()
                                        .map(FaultKind::wireName)
                                        .toList()));
    }

    private static void checkOperation(String at, String service, @Nullable String verb, FaultKind kind) {
        List<Operation> candidates = Operation.ofService(service);
        if (verb != null) {
            candidates = Operation.of(service, verb).stream().toList();
            if (candidates.isEmpty()) {
                throw refused(
                        at,
                        "operation of " + service + " must be one of "
                                + Operation.ofService(service).stream()
                                        .map(Operation::verb)
                                        .toList());
            }
        }
        if (candidates.stream().noneMatch(kind::appliesTo)) {
            throw refused(at, kind.wireName() + " has no meaning for this operation");
        }
    }

    private static @Nullable Long millis(String at, JsonNode node, FaultKind kind) {
        JsonNode value = node.get("millis");
        if (value == null || value.isNull()) {
            if (kind == FaultKind.LATENCY || kind == FaultKind.LATE || kind == FaultKind.STALE) {
                throw refused(at, kind.wireName() + " needs millis");
            }
            return null;
        }
        if (!value.canConvertToLong() || !value.isIntegralNumber()) {
            throw refused(at, "millis must be a whole number");
        }
        if (value.longValue() < 0 || value.longValue() > MAX_MILLIS) {
            throw refused(at, "millis must be between 0 and " + MAX_MILLIS);
        }
        return value.longValue();
    }

    private static @Nullable Double probability(String at, JsonNode node) {
        JsonNode value = node.get("probability");
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isNumber() || value.doubleValue() < 0 || value.doubleValue() > 1) {
            throw refused(at, "probability must be a number between 0 and 1");
        }
        return value.doubleValue();
    }

    private static @Nullable Integer integer(String at, JsonNode node, String name, int min, int max) {
        JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < min || value.intValue() > max) {
            throw refused(at, name + " must be a whole number between " + min + " and " + max);
        }
        return value.intValue();
    }

    private static @Nullable String optionalText(String at, JsonNode node, String name) {
        JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw refused(at, name + " must be a string");
        }
        return value.textValue();
    }

    private static RefusalException refused(String at, String message) {
        return new RefusalException(400, "invalid_fault", at + ": " + message);
    }
}
