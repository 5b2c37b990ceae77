package dev.registrar;

import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/**
 * The commands by their whole names. The parser of the command line would take every beginning of a name for the command: {@code
 * ser} for {@code server}, {@code d} for {@code demo} or {@code db}.
 *
 * @param names sorted
 */
record CommandNames(List<String> names) {

    static CommandNames of(Bootstrap<?> bootstrap) {
        return new CommandNames(
                bootstrap.getCommands().stream().map(Command::getName).sorted().toList());
    }

    /** Why these arguments name no command; empty if they do, or ask for help or the version. */
    Optional<Throwable> refusal(String... arguments) {
        if (arguments.length == 0 || arguments[0].startsWith("-") || names.contains(arguments[0])) {
            return Optional.empty();
        }
        String typed = arguments[0];
        String meant = names.stream()
                .min(Comparator.comparingInt(
                        name -> LevenshteinDistance.getDefaultInstance().apply(typed, name)))
                .filter(name -> name.startsWith(typed)
                        || LevenshteinDistance.getDefaultInstance().apply(typed, name) <= 2)
                .map(name -> "; did you mean `" + name + "`?")
                .orElse(".");
        return Optional.of(new IllegalStateException(
                "There is no command `" + typed + "`" + meant + " The commands are " + String.join(", ", names) + "."));
    }
}
