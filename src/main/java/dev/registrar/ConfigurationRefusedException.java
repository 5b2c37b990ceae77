package dev.registrar;

import java.util.List;

/**
 * The configuration cannot be used. The message has one line for each thing that its author has to change; there is no stack
 * trace, because it would add nothing.
 */
final class ConfigurationRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param lines at least one */
    ConfigurationRefusedException(List<String> lines) {
        super(String.join(System.lineSeparator(), lines), null, false, false);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
