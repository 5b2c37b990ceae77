package dev.registrar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.registrar.model.Release;
import dev.registrar.model.Step;
import dev.registrar.outbound.ServiceClientFactory;
import dev.registrar.registration.PolicyConfiguration;
import dev.registrar.registration.RegistrationConfiguration;
import dev.registrar.store.AttendSchedule;
import io.dropwizard.core.setup.Bootstrap;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The shipped configuration files and the messages for invalid ones, read as the application reads them. */
class ConfigurationTest {

    private static final Path SHIPPED = Path.of("config.yml");
    private static final Path FAST = Path.of("src", "test", "resources", "config-test.yml");

    private static final Bootstrap<RegistrarConfiguration> BOOTSTRAP = bootstrap();

    @TempDir
    Path directory;

    private static Bootstrap<RegistrarConfiguration> bootstrap() {
        Bootstrap<RegistrarConfiguration> bootstrap = new Bootstrap<>(new RegistrarApplication());
        bootstrap.getApplication().initialize(bootstrap);
        return bootstrap;
    }

    private static RegistrarConfiguration read(Path file) throws Exception {
        return BOOTSTRAP
                .getConfigurationFactoryFactory()
                .create(
                        RegistrarConfiguration.class,
                        BOOTSTRAP.getValidatorFactory().getValidator(),
                        BOOTSTRAP.getObjectMapper(),
                        "unused")
                .build(BOOTSTRAP.getConfigurationSourceProvider(), file.toString());
    }

    /** The message of the start for config.yml with this text replaced. */
    private String refusal(String text, String instead) throws Exception {
        String shipped = Files.readString(SHIPPED);
        assertThat(shipped).containsPattern(text);
        Path file = Files.writeString(directory.resolve("config.yml"), shipped.replaceFirst(text, instead));

        Throwable thrown = catchThrowable(() -> read(file));

        assertThat(thrown).isInstanceOf(ConfigurationRefusedException.class);
        return String.valueOf(thrown.getMessage()).replace(file.toString(), "config.yml");
    }

    @ParameterizedTest
    @CsvSource({
        // service, start-to-close ms, first ms, max ms, factor, attempts, patience ms
        "profile, 300000 2000 60000 2.0 5 3600000",
        "payment, 300000 2000 60000 2.0 5 3600000",
        "database, 120000 1000 30000 1.5 3 60000",
        "email, 120000 1000 30000 1.5 3 60000",
        "sms, 120000 1000 30000 1.5 3 60000",
        "lookup, 300000 2000 60000 2.0 5 600000",
        "undo, 300000 2000 60000 2.0 10 600000"
    })
    void shippedPoliciesAreTheSpecification(String service, String numbers) throws Exception {
        assertThat(numbers(policy(read(SHIPPED), service))).isEqualTo(numbers);
    }

    @ParameterizedTest
    @CsvSource({
        "profile, 30000 200 6000 2.0 5 30000",
        "payment, 30000 200 6000 2.0 5 30000",
        "database, 12000 100 3000 1.5 3 6000",
        "email, 12000 100 3000 1.5 3 6000",
        "sms, 12000 100 3000 1.5 3 6000",
        "lookup, 30000 200 6000 2.0 5 30000",
        "undo, 30000 200 6000 2.0 10 30000"
    })
    void fastPoliciesAreATenthWithHalfAMinuteOfPatience(String service, String numbers) throws Exception {
        assertThat(numbers(policy(read(FAST), service))).isEqualTo(numbers);
    }

    @Test
    void featuresAreThoseOfTheReleaseBeforeUntilTheyAreRaised() throws Exception {
        assertThat(read(SHIPPED).getFeatures().since()).isEqualTo(Release.PREVIOUS);
        assertThat(new FeaturesConfiguration(Release.CURRENT).since()).isEqualTo(Release.CURRENT);
    }

    private static String numbers(PolicyConfiguration policy) {
        return String.format(
                Locale.ROOT,
                "%d %d %d %s %d %d",
                millis(policy.startToClose()),
                millis(policy.firstInterval()),
                millis(policy.maxInterval()),
                policy.factor(),
                policy.attempts(),
                millis(policy.patience()));
    }

    private static long millis(io.dropwizard.util.@Nullable Duration duration) {
        return Objects.requireNonNull(duration).toMilliseconds();
    }

    private static PolicyConfiguration policy(RegistrarConfiguration configuration, String service) {
        var policies = configuration.getRegistration().policies();
        return Objects.requireNonNull(
                switch (service) {
                    case "profile" -> policies.profile();
                    case "payment" -> policies.payment();
                    case "database" -> policies.database();
                    case "email" -> policies.email();
                    case "sms" -> policies.sms();
                    case "lookup" -> policies.lookup();
                    default -> policies.undo();
                });
    }

    @Test
    void stepsAreLocalFirst() throws Exception {
        for (Path file : List.of(SHIPPED, FAST)) {
            for (String service : List.of("profile", "payment", "database", "email", "sms")) {
                assertThat(policy(read(file), service).mode())
                        .as("%s in %s", service, file)
                        .hasToString("LOCAL_FIRST");
            }
        }
    }

    @Test
    void shippedTimesAreTheSpecification() throws Exception {
        RegistrarConfiguration configuration = read(SHIPPED);
        RegistrationConfiguration registration = configuration.getRegistration();

        assertThat(registration.settleAfter().toJavaDuration()).isEqualTo(Duration.ofSeconds(60));
        assertThat(registration.keyWindow().toJavaDuration()).isEqualTo(Duration.ofHours(20));
        assertThat(registration.lateChargeWatch())
                .extracting(io.dropwizard.util.Duration::toJavaDuration)
                .containsExactly(Duration.ofMinutes(10), Duration.ofHours(24));
        assertThat(registration.firstCheck().toJavaDuration()).isEqualTo(Duration.ofSeconds(10));
        assertThat(registration.checkEvery().toJavaDuration()).isEqualTo(Duration.ofSeconds(30));
        assertThat(registration.refundWatch())
                .extracting(io.dropwizard.util.Duration::toJavaDuration)
                .containsExactly(Duration.ofDays(1), Duration.ofDays(7), Duration.ofDays(30));
        assertThat(registration.attendSchedule().retry())
                .isEqualTo(
                        new AttendSchedule.Retry(Duration.ofMinutes(5), 3.0, Duration.ofHours(6), Duration.ofDays(7)));
        assertThat(deadlines(configuration))
                .containsExactly(
                        Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofSeconds(10));
        assertThat(clients(configuration)).allSatisfy(client -> {
            assertThat(client.localDeadline().toJavaDuration()).isEqualTo(Duration.ofSeconds(2));
            assertThat(client.breaker().window()).isEqualTo(20);
            assertThat(client.breaker().minimumCalls()).isEqualTo(10);
            assertThat(client.breaker().probes()).isEqualTo(3);
            assertThat(client.breaker().openFor().toJavaDuration()).isEqualTo(Duration.ofSeconds(30));
        });
    }

    @Test
    void fastTimesAreATenth() throws Exception {
        RegistrarConfiguration configuration = read(FAST);
        RegistrationConfiguration registration = configuration.getRegistration();

        assertThat(registration.settleAfter().toJavaDuration()).isEqualTo(Duration.ofSeconds(5));
        assertThat(registration.keyWindow().toJavaDuration()).isEqualTo(Duration.ofHours(20));
        assertThat(registration.lateChargeWatch())
                .extracting(io.dropwizard.util.Duration::toJavaDuration)
                .containsExactly(Duration.ofSeconds(20), Duration.ofSeconds(60));
        assertThat(deadlines(configuration))
                .containsExactly(
                        Duration.ofSeconds(3), Duration.ofSeconds(3), Duration.ofSeconds(1), Duration.ofSeconds(1));
        assertThat(clients(configuration))
                .allSatisfy(client ->
                        assertThat(client.breaker().openFor().toJavaDuration()).isEqualTo(Duration.ofSeconds(2)));
    }

    private static List<ServiceClientFactory> clients(RegistrarConfiguration configuration) {
        return configuration.getServices().all().values().stream()
                .map(ServiceClientFactory.class::cast)
                .toList();
    }

    private static List<Duration> deadlines(RegistrarConfiguration configuration) {
        ServicesConfiguration services = configuration.getServices();
        return List.of(
                services.profile().deadlineOf(Step.PROFILE),
                services.payment().deadlineOf(Step.PAYMENT),
                services.email().deadlineOf(Step.EMAIL),
                services.sms().deadlineOf(Step.SMS));
    }

    @Test
    void policyThatIsLeftOutHasItsKindsDefaults() throws Exception {
        String shipped = Files.readString(SHIPPED);
        String withoutPolicies = shipped.substring(0, shipped.indexOf("  policies:"));
        Path file = Files.writeString(directory.resolve("short.yml"), withoutPolicies);

        RegistrationConfiguration whole = read(SHIPPED).getRegistration();
        RegistrationConfiguration byDefault = read(file).getRegistration();

        for (Step step : Step.values()) {
            assertThat(byDefault.startToCloseOf(step)).isEqualTo(whole.startToCloseOf(step));
        }
    }

    @Test
    void paymentProviderThatNeitherDeduplicatesNorFindsIsRefused() throws Exception {
        assertThat(refusal(
                        "/payment\n    deadline: 30 s",
                        "/payment\n    deadline: 30 s\n    guarantees: {dedupesFor: 0 s, finds: false}"))
                .contains("services.payment.guarantees", "must deduplicate by key or find payments, or both");
        assertThat(refusal("/email\n    deadline: 10 s", "/email\n    deadline: 10 s\n    guarantees: {voids: true}"))
                .contains("services.email.guarantees.voids: is no option; there are dedupesFor");
        assertThat(refusal("/email\n    deadline: 10 s", "/email\n    type: pigeon\n    deadline: 10 s"))
                .contains("services.email.type: is one of registrar, resend, smtp");
    }

    @Test
    void intervalsInTheWrongOrderAreNamed() throws Exception {
        assertThat(refusal("maxInterval: 1 min", "maxInterval: 1 s"))
                .contains("registration.policies.profile: maxInterval must not be shorter than firstInterval");
        assertThat(refusal("firstInterval: 2 s\n      maxInterval: 1 min", "maxInterval: 1 s"))
                .contains("registration.policies.profile: maxInterval must not be shorter than firstInterval");
    }

    @ParameterizedTest
    @CsvSource({"XAU: 5, XAU", "usd: 5, usd", "YEN: 5, YEN", "JPY: 0, JPY", "JPY: -1, JPY"})
    void maximumOfNoCurrencyOrOfNothingIsNamed(String maximum, String named) throws Exception {
        assertThat(refusal("(?m)^registration:.*$", "registration:\n  maxAmounts: {" + maximum + "}"))
                .contains("maxAmounts", named);
    }

    @Test
    void maximumDependsOnTheCurrency() throws Exception {
        RegistrationConfiguration fast = read(FAST).getRegistration();

        assertThat(fast.maxAmountIn("JPY")).isEqualByComparingTo("150000000");
        assertThat(fast.maxAmountIn("USD")).isEqualByComparingTo("1000000");
    }

    @Test
    void callThatCouldOutliveItsActivityIsNamed() throws Exception {
        assertThat(refusal("(?s)(email:\n    baseUrl.*?deadline:) 10 s", "$1 119501 ms"))
                .endsWith("services.email: a call of email may last 119501 ms, which has"
                        + " to be at least 500 ms less than the shortest startToClose of its policies, 120000 ms");
        assertThat(refusal("(?s)(lookup:\n      startToClose:) 5 min", "$1 30 s"))
                .contains("services.profile: a call of profile may last 30000 ms")
                .contains("services.payment: a call of payment may last 30000 ms")
                .doesNotContain("email");
        assertThat(refusal("(?s)(database:\n      mode: local-first\n      startToClose:) 2 min", "$1 10 s"))
                .contains("registration.policies: a call of database may last 10000 ms");
    }

    @Test
    void callThatEndsHalfASecondBeforeItsActivityIsFine() throws Exception {
        String shipped = Files.readString(SHIPPED);
        Path file = Files.writeString(
                directory.resolve("config.yml"),
                shipped.replaceFirst("(?s)(email:\n    baseUrl.*?deadline:) 10 s", "$1 119500 ms"));

        assertThat(read(file).getServices().email().deadlineOf(Step.EMAIL)).isEqualTo(Duration.ofMillis(119_500));
    }
}
