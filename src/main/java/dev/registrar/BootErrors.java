package dev.registrar;

import ch.qos.logback.classic.Level;
import dev.registrar.database.DatabaseRefusedException;
import dev.registrar.demo.Demonstration.DemoRefusedException;
import io.dropwizard.core.cli.ServerCommand;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.BindException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;

/**
 * Reports in one sentence why a command ended if its user can fix the cause: the configuration, a port, the database.
 * Anything else keeps its stack trace, because the code has to be fixed.
 */
final class BootErrors {

    private static final Pattern BIND_ADDRESS = Pattern.compile("Failed to bind to ([^/]*)/(\\S+)");
    private static final String UNRESOLVED = "<unresolved>";

    private final PrintStream err;

    BootErrors(PrintStream err) {
        this.err = err;
    }

    /**
     * Runs a command and reports what ended it.
     *
     * @param command is given where to print errors; what it prints there is held back until it has ended
     * @return what ended it
     */
    Optional<Throwable> watch(Function<OutputStream, Optional<Throwable>> command) {
        ByteArrayOutputStream held = new ByteArrayOutputStream();
        Optional<Throwable> ended = command.apply(held);
        err.print(ended.flatMap(BootErrors::sentence)
                .map(sentence -> sentence + System.lineSeparator())
                .orElseGet(() -> held.toString(StandardCharsets.UTF_8)));
        err.flush();
        return ended;
    }

    /** The server command logs what ended it too, with a stack trace. To be called when logging is configured. */
    static void sayOnce() {
        if (LoggerFactory.getLogger(ServerCommand.class) instanceof ch.qos.logback.classic.Logger logger) {
            logger.setLevel(Level.OFF);
        }
    }

    /** One line for each thing to change, usually one; empty if only a programmer can help. */
    static Optional<String> sentence(Throwable ended) {
        for (Throwable cause = ended; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConfigurationRefusedException
                    || cause instanceof DatabaseRefusedException
                    || cause instanceof DemoRefusedException
                    || cause instanceof FileNotFoundException) {
                return Optional.ofNullable(cause.getMessage());
            }
            if (cause instanceof BindException || cause instanceof UnresolvedAddressException) {
                return Optional.of(bind(ended, String.valueOf(cause.getMessage())));
            }
        }
        return isOurs(ended) ? Optional.ofNullable(ended.getMessage()) : Optional.empty();
    }

    /** Whether one of our own checks failed, such as that for a missing secret. */
    private static boolean isOurs(Throwable ended) {
        StackTraceElement[] trace = ended.getStackTrace();
        return ended instanceof IllegalStateException
                && trace.length > 0
                && trace[0].getClassName().startsWith("dev.registrar.");
    }

    /** Jetty's exception names the address, the system's beneath it the reason. */
    private static String bind(Throwable ended, String reason) {
        for (Throwable cause = ended; cause != null; cause = cause.getCause()) {
            Matcher address = BIND_ADDRESS.matcher(String.valueOf(cause.getMessage()));
            if (!address.find()) {
                continue;
            }
            String where = address.group(2);
            return where.startsWith(UNRESOLVED)
                    ? "Cannot listen on " + address.group(1) + where.substring(UNRESOLVED.length())
                            + ": this machine has no address of that name; set bindHost to one that it has."
                    : "Cannot listen on " + where + " (" + reason
                            + "): stop what uses that port, or set another one in the configuration.";
        }
        return "Cannot listen: " + reason;
    }
}
