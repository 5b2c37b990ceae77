package dev.registrar.access;

import dev.registrar.access.Caller.Role;
import dev.registrar.model.Secret;
import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import java.io.PrintStream;
import java.util.Locale;
import java.util.random.RandomGenerator;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

/**
 * {@code api-key --id shop --role client}: creates a key and prints it once, with the lines for the configuration.
 * Nothing is stored.
 */
public final class ApiKeyCommand extends Command {

    private final RandomGenerator random;
    private final PrintStream out;

    /** @param random must be unpredictable */
    public ApiKeyCommand(RandomGenerator random, PrintStream out) {
        super("api-key", "Creates an API key and prints it once, with the lines for the configuration");
        this.random = random;
        this.out = out;
    }

    @Override
    public void configure(Subparser subparser) {
        subparser.addArgument("--id").required(true).help("the caller, for example shop");
        subparser
                .addArgument("--role")
                .required(true)
                .choices("client", "operator", "auditor")
                .help("the role of the caller");
    }

    @Override
    public void run(Bootstrap<?> bootstrap, Namespace namespace) {
        String id = namespace.getString("id");
        String role = namespace.getString("role");
        Secret key = ApiKey.generate(random);
        ApiKey checked = checked(id, role, ApiKey.hash(key));
        out.println("The key, shown only once; callers send it as `Authorization: Bearer KEY`:");
        out.println();
        out.println(key.reveal());
        out.println();
        out.println("For the configuration, under auth.keys or in the file that auth.file names:");
        out.println();
        out.println("- id: " + checked.id());
        out.println("  role: " + role);
        out.println("  hash: " + checked.hash());
        out.flush();
    }

    private static ApiKey checked(String id, String role, String hash) {
        try {
            return new ApiKey(id, Role.valueOf(role.toUpperCase(Locale.ROOT)), hash, null);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("api-key: --" + e.getMessage() + ".", e);
        }
    }
}
