package dev.registrar.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.sandbox.Fault.FaultKind;
import dev.registrar.sandbox.Reply.RefusalException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads the list of faults of {@code PUT /sandbox/faults}; invalid input throws a {@link RefusalException}. */
final class FaultReader {

    private static final Set<String> FIELDS =
            Set.of("service", "operation", "userId", "kind", "times", "probability", "millis", "status", "retryAfter");
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
        node.fieldNames().forEachRemaining(name -> {
            if (!FIELDS.contains(name)) {
                throw refused(at, "unknown field '" + name + "'");
            }
        });
        String service = text(at, node, "service");
        if (service == null || !Operation.SERVICES.contains(service)) {
            throw refused(at, "service must be one of " + Operation.SERVICES);
        }
        String name = text(at, node, "kind");
        FaultKind kind = FaultKind.find(name == null ? "" : name)
                .orElseThrow(
                        () -> refused(at, "kind must be one of " + names(FaultKind.values(), FaultKind::wireName)));
        String verb = text(at, node, "operation");
        checkOperation(at, service, verb, kind);
        JsonNode probability = field(
                at,
                node,
                "probability",
                "a number between 0 and 1",
                value -> value.isNumber() && value.doubleValue() >= 0 && value.doubleValue() <= 1);
        Long times = number(at, node, "times", 0, Integer.MAX_VALUE);
        if (times != null && probability != null) {
            throw refused(at, "times and probability exclude each other");
        }
        Long millis = number(at, node, "millis", 0, MAX_MILLIS);
        if (millis == null && (kind == FaultKind.LATENCY || kind == FaultKind.LATE || kind == FaultKind.STALE)) {
            throw refused(at, kind.wireName() + " needs millis");
        }
        Long status = number(at, node, "status", kind == FaultKind.STATUS ? 300 : 200, 599);
        return new Fault(
                service,
                verb,
                text(at, node, "userId"),
                kind,
                toInt(times),
                probability == null ? null : probability.doubleValue(),
                millis,
                toInt(status),
                toInt(number(at, node, "retryAfter", 0, 86_400)));
    }

    private static void checkOperation(String at, String service, @Nullable String verb, FaultKind kind) {
        List<Operation> candidates = Operation.ofService(service);
        if (verb != null) {
            Operation named = Operation.of(service, verb)
                    .orElseThrow(() -> refused(
                            at,
                            "operation of " + service + " must be one of "
                                    + names(Operation.ofService(service).toArray(new Operation[0]), Operation::verb)));
            candidates = List.of(named);
        }
        if (candidates.stream().noneMatch(kind::appliesTo)) {
            throw refused(at, kind.wireName() + " has no meaning for this operation");
        }
    }

    private static <T> List<String> names(T[] values, Function<T, String> name) {
        return Arrays.stream(values).map(name).toList();
    }

    private static @Nullable Integer toInt(@Nullable Long value) {
        return value == null ? null : value.intValue();
    }

    private static @Nullable Long number(String at, JsonNode node, String name, long min, long max) {
        JsonNode number = field(
                at,
                node,
                name,
                "a whole number between " + min + " and " + max,
                value -> value.isIntegralNumber()
                        && value.canConvertToLong()
                        && value.longValue() >= min
                        && value.longValue() <= max);
        return number == null ? null : number.longValue();
    }

    private static @Nullable String text(String at, JsonNode node, String name) {
        JsonNode text = field(at, node, name, "a string", JsonNode::isTextual);
        return text == null ? null : text.textValue();
    }

    /** The field, which must be valid; null if it is absent. */
    private static @Nullable JsonNode field(
            String at, JsonNode node, String name, String wanted, Predicate<JsonNode> valid) {
        JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!valid.test(value)) {
            throw refused(at, name + " must be " + wanted);
        }
        return value;
    }

    private static RefusalException refused(String at, String message) {
        return new RefusalException(400, "invalid_fault", at + ": " + message);
    }
}
