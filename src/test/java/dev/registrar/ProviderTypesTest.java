package dev.registrar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.registrar.notification.smtp.SmtpEmailSender;
import dev.registrar.notification.template.TemplateCatalog;
import dev.registrar.notification.template.TemplateLoader;
import dev.registrar.notification.twilio.TwilioSmsSender;
import dev.registrar.outbound.OutboundClients;
import dev.registrar.payment.stripe.StripePaymentGateway;
import dev.registrar.registration.Messengers;
import io.dropwizard.core.setup.Bootstrap;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Configurations of the provider types, read as the application reads them. */
class ProviderTypesTest {

    private static final String STRIPE = "{type: stripe, credential: {prefix: 'Bearer ', value: sk_test_1}}";
    private static final String SMTP =
            "{type: smtp, host: mail.example.com, user: app, password: pw, from: a@example.com}";
    private static final String RESEND =
            "{type: resend, credential: {prefix: 'Bearer ', value: re_1}, from: 'Example <a@example.com>'}";
    private static final String TWILIO =
            "{type: twilio, accountSid: AC00000000000000000000000000000000, authToken: t, from: '+15551234567'}";

    private static final Bootstrap<RegistrarConfiguration> BOOTSTRAP = bootstrap();

    @TempDir
    Path directory;

    private static Bootstrap<RegistrarConfiguration> bootstrap() {
        Bootstrap<RegistrarConfiguration> bootstrap = new Bootstrap<>(new RegistrarApplication());
        bootstrap.getApplication().initialize(bootstrap);
        return bootstrap;
    }

    private RegistrarConfiguration read(String payment, String email, String sms) throws Exception {
        Path file = Files.writeString(directory.resolve("config.yml"), """
                server:
                  applicationConnectors: [{type: http, bindHost: 127.0.0.1}]
                  adminConnectors: [{type: http, bindHost: 127.0.0.1}]
                database: {type: embedded}
                temporal: {type: embedded}
                services:
                  profile: {baseUrl: 'http://127.0.0.1:1'}
                  payment: %s
                  email: %s
                  sms: %s
                registration: {policies: {}}
                """.formatted(payment, email, sms));
        return BOOTSTRAP
                .getConfigurationFactoryFactory()
                .create(
                        RegistrarConfiguration.class,
                        BOOTSTRAP.getValidatorFactory().getValidator(),
                        BOOTSTRAP.getObjectMapper(),
                        "unused")
                .build(BOOTSTRAP.getConfigurationSourceProvider(), file.toString());
    }

    @Test
    void eachTypeBuildsItsAdapter() throws Exception {
        ServicesConfiguration services = read(STRIPE, SMTP, TWILIO).getServices();
        OutboundClients clients = new OutboundClients(
                new SimpleMeterRegistry(), new com.codahale.metrics.MetricRegistry(), Clock.systemUTC());
        TemplateCatalog templates = new TemplateCatalog(TemplateLoader.builtIn().load(), version -> Optional.empty());
        try {
            assertThat(services.payment().build(clients, Clock.systemUTC())).isInstanceOf(StripePaymentGateway.class);
            assertThat(services.email().build(clients, templates, Clock.systemUTC()))
                    .isInstanceOf(SmtpEmailSender.class);
            assertThat(services.sms().build(clients, templates)).isInstanceOf(TwilioSmsSender.class);
        } finally {
            clients.stop();
        }
        assertThat(services.payment().providerName()).isEqualTo("stripe@api.stripe.com");
        assertThat(services.email().providerName()).isEqualTo("smtp@mail.example.com");
        assertThat(services.sms().providerName()).isEqualTo("twilio@api.twilio.com/AC00000000000000000000000000000000");
    }

    @Test
    void vendorsTextsAreOursAndVersionedByTheirHash() throws Exception {
        RegistrarConfiguration configuration = read(STRIPE, RESEND, TWILIO);
        TemplateCatalog templates = new TemplateCatalog(TemplateLoader.builtIn().load(), version -> Optional.empty());

        Messengers messengers = configuration.getServices().messengers(configuration.getRegistration(), templates);

        assertThat(messengers.emailTemplate()).matches("[0-9a-f]{64}").isEqualTo(templates.currentVersion());
        assertThat(messengers.smsTemplate()).isEqualTo(templates.currentVersion());
        assertThat(messengers.emails().dedupes()).isTrue();
        assertThat(messengers.texts().dedupes()).isFalse();
        assertThat(messengers.texts().finds()).isTrue();
    }

    @Test
    void anotherAccountIsAnotherProvider() throws Exception {
        String other = STRIPE.replace("type: stripe", "type: stripe, account: acct_2");

        assertThat(read(other, SMTP, TWILIO).getServices().providers())
                .isNotEqualTo(read(STRIPE, SMTP, TWILIO).getServices().providers());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{type: paypal, baseUrl: 'http://x'} | services.payment.type | is one of registrar, stripe",
                "{type: stripe} | services.payment.credential | is needed",
                "{type: stripe, credential: {value: sk_test_1}} | services.payment.credential.prefix | has to be \"Bearer \"",
                "{type: stripe, credential: {prefix: 'Bearer ', valueFile: /nowhere}} | services.payment.credential.valueFile | does not exist",
                "{type: stripe, guarantees: {finds: true}} | services.payment.guarantees | is no option",
            })
    void wrongPaymentSectionIsNamed(String payment, String option, String reason) throws Exception {
        assertRefused(() -> read(payment, SMTP, TWILIO), option, reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{type: smtp, from: a@example.com} | services.email | host",
                "{type: smtp, host: h} | services.email.from | is one e-mail address",
                "{type: smtp, host: h, from: a@example.com, user: u} | services.email | user and password: both or neither",
                "{type: smtp, host: h, from: a@example.com, user: u, passwordFile: /nowhere} | services.email.passwordFile | does not exist",
                "{type: smtp, host: h, from: a@example.com, tls: maybe} | services.email.tls | is one of required, opportunistic, none, implicit",
                "{type: resend, credential: {prefix: 'Bearer ', value: k}, from: nobody} | services.email | from",
            })
    void wrongEmailSectionIsNamed(String email, String option, String reason) throws Exception {
        assertRefused(() -> read(STRIPE, email, TWILIO), option, reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{type: twilio, authToken: t, from: '+15551234567'} | services.sms.accountSid | AC and 32 hexadecimal digits",
                "{type: twilio, accountSid: AC00000000000000000000000000000000, from: '+15551234567'} | services.sms | authToken",
                "{type: twilio, accountSid: AC00000000000000000000000000000000, authToken: t} | services.sms | exactly one of from",
                "{type: twilio, credential: {value: k}} | services.sms | accountSid and authTokenFile",
            })
    void wrongSmsSectionIsNamed(String sms, String option, String reason) throws Exception {
        assertRefused(() -> read(STRIPE, SMTP, sms), option, reason);
    }

    private static void assertRefused(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable reading, String option, String reason) {
        Throwable thrown = catchThrowable(reading);

        assertThat(thrown).isInstanceOf(ConfigurationRefusedException.class);
        assertThat(BootErrors.sentence(thrown).orElseThrow()).contains(option).contains(reason);
    }
}
