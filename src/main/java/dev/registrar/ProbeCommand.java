package dev.registrar;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.registrar.model.CardNumbers;
import dev.registrar.model.EmailAddress;
import dev.registrar.model.Money;
import dev.registrar.model.PhoneNumber;
import dev.registrar.model.TextRules;
import dev.registrar.notification.template.MessageTemplates;
import dev.registrar.probe.Check;
import dev.registrar.probe.ProbeReport;
import dev.registrar.probe.ProbeText;
import dev.registrar.probe.ProviderProbe;
import dev.registrar.probe.ProviderProbe.Options;
import dev.registrar.probe.ProviderProbe.Progress;
import io.dropwizard.core.cli.ConfiguredCommand;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.jackson.Jackson;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.IntConsumer;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * {@code probe config.yml}: checks that the configured providers keep their promises, with throw-away data that it
 * removes. Charges nothing and sends no message unless an option asks for it. Exits with status 0 if no promise is
 * broken, otherwise with 1.
 */
final class ProbeCommand extends ConfiguredCommand<RegistrarConfiguration> {

    private static final Progress SILENT = new Progress() {
        @Override
        public void service(String service, String provider) {
            // Reported by the probe.
        }

        @Override
        public void check(Check check) {
            // Reported by the probe.
        }
    };

    private final Clock clock;
    private final PrintStream out;
    private final IntConsumer exit;

    /** @param exit ends the process with a status */
    ProbeCommand(Clock clock, PrintStream out, IntConsumer exit) {
        super("probe", "Checks that the configured providers keep their promises, with throw-away data");
        this.clock = clock;
        this.out = out;
        this.exit = exit;
    }

    @Override
    protected Class<RegistrarConfiguration> getConfigurationClass() {
        return RegistrarConfiguration.class;
    }

    @Override
    public void configure(Subparser subparser) {
        super.configure(subparser);
        subparser
                .addArgument("--charge")
                .metavar("PAYMENT_METHOD")
                .help(
                        "charge this payment method once and refund it, for example pm_card_visa; without it nothing is charged");
        subparser
                .addArgument("--amount")
                .setDefault("1.00 USD")
                .help("the amount to charge and refund, with its currency, in quotes");
        subparser
                .addArgument("--email")
                .metavar("ADDRESS")
                .help("send the welcome e-mail to this address; without it none is sent");
        subparser
                .addArgument("--phone")
                .metavar("NUMBER")
                .help("send the welcome SMS to this number, such as +12025550123; without it none is sent");
        subparser
                .addArgument("--format")
                .choices("text", "json")
                .setDefault("text")
                .help("text for people, or one JSON object");
    }

    @Override
    protected void run(
            Bootstrap<RegistrarConfiguration> bootstrap, Namespace namespace, RegistrarConfiguration configuration)
            throws IOException {
        StartupChecks.refuse(configuration);
        quieten();
        boolean json = "json".equals(namespace.getString("format"));
        ProbeText text = new ProbeText(out);
        MessageTemplates templates = configuration.getNotification().loader().load();
        ServicesConfiguration services = configuration.getServices();
        ProbeReport report = new ProviderProbe(templates, clock, options(namespace), json ? SILENT : text)
                .run(
                        services.profile(),
                        services.payment(),
                        services.email(),
                        services.sms(),
                        configuration.getRegistration().emailTemplate(),
                        configuration.getRegistration().smsTemplate());
        if (json) {
            ObjectMapper mapper = Jackson.newMinimalObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
            out.println(mapper.writeValueAsString(report));
        } else {
            text.summary(report);
        }
        exit.accept(report.isGood() ? 0 : 1);
    }

    private static Options options(Namespace namespace) {
        return new Options(
                option(namespace, "charge", ProbeCommand::token),
                Objects.requireNonNull(option(namespace, "amount", ProbeCommand::money)),
                option(namespace, "email", ProbeCommand::email),
                option(namespace, "phone", ProbeCommand::phone));
    }

    /** The refusals never quote the value: it may be a card number. */
    private static String token(String text) {
        if (!TextRules.isToken(text) || CardNumbers.anyIn(text)) {
            throw new IllegalArgumentException("must be the gateway's token of a payment method, such as pm_card_visa");
        }
        return text;
    }

    private static Money money(String text) {
        String[] parts = text.strip().split(" +", 2);
        if (parts.length < 2) {
            throw new IllegalArgumentException("must be an amount and its currency, such as \"1.00 USD\"");
        }
        Money money;
        try {
            money = Money.of(parts[0], parts[1]);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("must begin with a number", e);
        }
        if (money.isZero()) {
            throw new IllegalArgumentException("must be more than 0");
        }
        return money;
    }

    private static EmailAddress email(String text) {
        EmailAddress address = EmailAddress.normalised(text);
        if (!address.acceptable()) {
            throw new IllegalArgumentException("must be an e-mail address");
        }
        return address;
    }

    private static PhoneNumber phone(String text) {
        if (!TextRules.isPhoneNumber(text)) {
            throw new IllegalArgumentException("must be in E.164 format, a plus and 7 to 15 digits");
        }
        return new PhoneNumber(text);
    }

    private static <T> @Nullable T option(Namespace namespace, String name, Function<String, T> read) {
        String value = namespace.getString(name);
        try {
            return value == null ? null : read.apply(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("probe: --" + name + ": " + e.getMessage() + ".", e);
        }
    }

    /** Silences the log: the report shows the errors. */
    private static void quieten() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.getLoggerList().forEach(logger -> logger.setLevel(Level.ERROR));
    }
}
