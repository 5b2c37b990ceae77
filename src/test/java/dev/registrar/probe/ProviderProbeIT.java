package dev.registrar.probe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.registrar.flow.RequiredTool;
import dev.registrar.model.EmailAddress;
import dev.registrar.model.Money;
import dev.registrar.model.PhoneNumber;
import dev.registrar.notification.EmailFactory;
import dev.registrar.notification.SmsFactory;
import dev.registrar.notification.template.TemplateLoader;
import dev.registrar.payment.PaymentFactory;
import dev.registrar.probe.Check.Verdict;
import dev.registrar.probe.ProbeReport.ServiceReport;
import dev.registrar.probe.ProviderProbe.Options;
import dev.registrar.profile.ProfileFactory;
import dev.registrar.standin.Emulate;
import dev.registrar.standin.Exim;
import dev.registrar.standin.IdempotencyProxy;
import dev.registrar.standin.Localstripe;
import dev.registrar.standin.Scim2Server;
import dev.registrar.standin.TestCertificate;
import io.dropwizard.jackson.Jackson;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The contract of the ports, which a probe checks, for every vendor's adapter and its stand-in. */
@Tag("providers")
class ProviderProbeIT {

    @RegisterExtension
    static final RequiredTool STRIPE = RequiredTool.LOCALSTRIPE;

    @RegisterExtension
    static final RequiredTool SCIM = RequiredTool.SCIM2_SERVER;

    @RegisterExtension
    static final RequiredTool MAIL = RequiredTool.EXIM;

    @RegisterExtension
    static final RequiredTool TWILIO = RequiredTool.EMULATE;

    private static final ObjectMapper YAML = Jackson.newObjectMapper(new YAMLFactory());

    @TempDir
    Path directory;

    @Test
    void everyVendorKeepsWhatItsTypePromises() throws Exception {
        try (Localstripe stripe = Localstripe.start(made("stripe"));
                IdempotencyProxy stripeKeys = new IdempotencyProxy(stripe.url());
                Scim2Server scim = Scim2Server.start(made("scim"));
                Exim exim = Exim.start();
                Emulate emulate = Emulate.start(made("emulate"))) {
            Options options = new Options(
                    stripe.paymentMethod("4242424242424242"),
                    Money.of("1.00", "USD"),
                    EmailAddress.normalised("probe@" + Exim.DOMAIN),
                    new PhoneNumber("+12025550123"));
            String profile = """
                    {type: scim, baseUrl: 'http://127.0.0.1:%d/v2', credential: {prefix: 'Bearer ', value: %s}}
                    """.formatted(scim.port(), Scim2Server.TOKEN);
            String payment = """
                    {type: stripe, baseUrl: '%s', credential: {prefix: 'Bearer ', value: %s}}
                    """.formatted(stripeKeys.url(), Localstripe.SECRET_KEY);
            String sms = """
                    {type: twilio, baseUrl: 'http://127.0.0.1:%d', accountSid: %s, authToken: %s, from: '%s'}
                    """.formatted(emulate.twilioPort(), Emulate.ACCOUNT_SID, Emulate.AUTH_TOKEN, Emulate.FROM);
            String smtp =
                    """
                    {type: smtp, host: localhost, port: %d, user: %s, password: %s, from: welcome@example.com,
                     trust: {trustStorePath: %s, trustStorePassword: %s, trustStoreType: PKCS12}}
                    """.formatted(exim.port(), Exim.USER, Exim.PASSWORD, exim.trustStore(), TestCertificate.PASSWORD);
            String resend = """
                    {type: resend, baseUrl: 'http://127.0.0.1:%d', credential: {prefix: 'Bearer ', value: %s},
                     from: welcome@example.com}
                    """.formatted(emulate.resendPort(), Emulate.RESEND_KEY);

            ProbeReport bySmtp = probe(options, profile, payment, smtp, sms);
            ProbeReport byResend = probe(options, profile, payment, resend, sms);

            assertThat(broken(bySmtp)).as("%s", bySmtp).isEmpty();
            // emulate accepts any key.
            assertThat(broken(byResend)).as("%s", byResend).containsExactly("email: wrong credential");
            assertThat(holding(bySmtp, "profile"))
                    .contains("ownership kept, found", "delete of another's", "delete and its proof");
            assertThat(holding(bySmtp, "payment"))
                    .contains("charge", "found by key", "same key twice", "refund and its proof", "void");
            assertThat(holding(bySmtp, "email")).contains("message", "wrong credential");
            assertThat(holding(byResend, "email")).contains("message", "same key twice");
            assertThat(holding(bySmtp, "sms")).contains("message", "found again", "wrong credential");
            assertThat(bySmtp.services())
                    .allMatch(service -> service.leftBehind().isEmpty());
            assertThat(scim.users()).isEmpty();
            assertThat(stripe.intents()).hasSize(4).allMatch(intent -> intent.held() == 0);
            assertThat(exim.mailbox()).hasSize(1);
            assertThat(emulate.emails())
                    .as("the second was sent with a wrong key")
                    .hasSize(2);
            assertThat(emulate.texts("+12025550123")).hasSize(2);
        }
    }

    private Path made(String name) throws Exception {
        return Files.createDirectories(directory.resolve(name));
    }

    private static ProbeReport probe(Options options, String profile, String payment, String email, String sms)
            throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        ProbeText text = new ProbeText(new PrintStream(printed, true, StandardCharsets.UTF_8));
        ProbeReport report = new ProviderProbe(TemplateLoader.builtIn().load(), Clock.systemUTC(), options, text)
                .run(
                        YAML.readValue(profile, ProfileFactory.class),
                        YAML.readValue(payment, PaymentFactory.class),
                        YAML.readValue(email, EmailFactory.class),
                        YAML.readValue(sms, SmsFactory.class),
                        "welcome-email-1",
                        "welcome-sms-1");
        text.summary(report);
        String page = printed.toString(StandardCharsets.UTF_8);
        System.out.println(page);
        assertThat(page.lines()).allMatch(line -> line.length() <= 100);
        return report;
    }

    private static List<String> broken(ProbeReport report) {
        return report.services().stream()
                .flatMap(service -> service.checks().stream()
                        .filter(check -> check.verdict() == Verdict.BROKEN)
                        .map(check -> service.service() + ": " + check.promise()))
                .toList();
    }

    private static List<String> holding(ProbeReport report, String name) {
        return report.services().stream()
                .filter(service -> service.service().equals(name))
                .map(ServiceReport::checks)
                .flatMap(List::stream)
                .filter(check -> check.verdict() == Verdict.HOLDS)
                .map(Check::promise)
                .toList();
    }
}
