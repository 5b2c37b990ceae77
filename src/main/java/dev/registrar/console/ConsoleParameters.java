package dev.registrar.console;

import dev.registrar.operations.OperationRefusedException;
import dev.registrar.operations.OperatorNote;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The parameters of one request, read strictly: unknown and repeated ones are refused. Empty ones count as absent. */
final class ConsoleParameters {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,32}");

    private final Map<String, String[]> values;
    private final @Nullable String user;

    /** @throws OperationRefusedException if one is unknown or repeated */
    ConsoleParameters(HttpServletRequest request, Set<String> known) {
        values = request.getParameterMap();
        user = request.getRemoteUser();
        values.forEach((name, given) -> {
            if (!known.contains(name)) {
                String shown = NAME.matcher(name).matches() ? name : "one of the parameters";
                throw OperationRefusedException.invalid(shown + ": there is no such parameter here.");
            }
            if (given.length > 1) {
                throw OperationRefusedException.invalid(name + ": given more than once.");
            }
        });
    }

    @Nullable
    String text(String name) {
        String[] given = values.get(name);
        return given == null || given[0].isEmpty() ? null : given[0];
    }

    String required(String name) {
        String value = text(name);
        if (value == null) {
            throw OperationRefusedException.invalid(name + ": missing.");
        }
        return value;
    }

    OperatorNote note() {
        return OperatorNote.of(user, text("actor"), text("reason"), null);
    }
}
