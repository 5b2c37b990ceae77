package dev.registrar.model;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.util.Optional;

/**
 * Something was written by a newer version and holds what this one does not know. This version leaves it alone: to go on
 * without the unknown part would drop it silently. An instance of the newer version can read it. The message names types
 * and components, never values.
 */
public final class NewerVersionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public NewerVersionException(String message) {
        super(message);
    }

    /**
     * The constant of this name, read from a column.
     *
     * @throws NewerVersionException if this version has no such constant
     */
    public static <E extends Enum<E>> E constant(Class<E> type, String name) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(name)) {
                return constant;
            }
        }
        throw new NewerVersionException(type.getSimpleName() + " " + name + " is not known to this version");
    }

    /**
     * The meaning of a failure to read JSON: an unknown component or an unknown constant was written by a newer version;
     * empty for anything else.
     */
    public static Optional<NewerVersionException> in(Throwable failure, Class<?> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof NewerVersionException newer) {
                return Optional.of(newer);
            }
            if (cause instanceof UnrecognizedPropertyException unknown) {
                return Optional.of(of(type, "the component " + path(unknown)));
            }
            if (cause instanceof InvalidFormatException format
                    && format.getTargetType() != null
                    && format.getTargetType().isEnum()) {
                return Optional.of(of(type, "a constant of " + path(format)));
            }
        }
        return Optional.empty();
    }

    private static NewerVersionException of(Class<?> type, String unknown) {
        return new NewerVersionException(
                type.getSimpleName() + " was written by a newer version: this one does not know " + unknown);
    }

    private static String path(JsonMappingException e) {
        StringBuilder path = new StringBuilder();
        e.getPath().forEach(part -> {
            if (part.getFieldName() != null) {
                path.append(path.isEmpty() ? "" : ".").append(part.getFieldName());
            }
        });
        return path.toString();
    }
}
