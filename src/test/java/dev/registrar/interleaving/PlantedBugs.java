package dev.registrar.interleaving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.registrar.interleaving.Interleaving.Bug;
import dev.registrar.model.OfRegistration;
import dev.registrar.temporal.PayloadJson;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** Plants defects in the activities that write rows, from outside, to show that the schedules detect them. */
final class PlantedBugs {

    private static final ObjectMapper MAPPER = PayloadJson.mapper();

    /** After a row was closed, and at the end of the run: each alone makes up for the other. */
    private static final Set<String> SETTLING = Set.of("closeUndo", "rest");

    private PlantedBugs() {}

    /** The activities with the defect, or unchanged. */
    static <T> T in(Bug bug, Jdbi jdbi, Class<T> activities, T honest) {
        if (bug == Bug.NONE || bug == Bug.ATTEMPT_NOT_MARKED) {
            return honest;
        }
        return activities.cast(Proxy.newProxyInstance(
                activities.getClassLoader(), new Class<?>[] {activities}, (proxy, method, arguments) -> {
                    if (method.getDeclaringClass() == Object.class) {
                        return method.invoke(honest, arguments);
                    }
                    OfRegistration request = (OfRegistration) arguments[0];
                    UUID id = request.registrationId().value();
                    Object changed = switch (bug) {
                        case RUN_NOT_CHECKED -> with(request, "run", number(jdbi, "run", id));
                        case COMMANDS_NOT_CHECKED ->
                            with(
                                    with(request, "seen", number(jdbi, "command_seq", id)),
                                    "appliedSeq",
                                    number(jdbi, "command_seq", id));
                        default -> request;
                    };
                    String before = status(jdbi, id);
                    try {
                        Object answer = method.invoke(honest, changed);
                        if (bug == Bug.SETTLE_SKIPPED && SETTLING.contains(method.getName())) {
                            restore(jdbi, id, before);
                        }
                        return answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    private static Object with(Object request, String component, int value) throws Exception {
        JsonNode json = MAPPER.valueToTree(request);
        if (!json.has(component)) {
            return request;
        }
        ((ObjectNode) json).put(component, value);
        return MAPPER.treeToValue(json, request.getClass());
    }

    private static int number(Jdbi jdbi, String column, UUID id) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT " + column + " FROM registrations WHERE id = :id")
                .bind("id", id)
                .mapTo(Integer.class)
                .one());
    }

    private static String status(Jdbi jdbi, UUID id) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT status FROM registrations WHERE id = :id")
                .bind("id", id)
                .mapTo(String.class)
                .one());
    }

    private static void restore(Jdbi jdbi, UUID id, String status) {
        jdbi.useHandle(handle -> handle.createUpdate(
                        "UPDATE registrations SET status = :status, finished_at = NULL WHERE id = :id")
                .bind("id", id)
                .bind("status", status)
                .execute());
    }
}
