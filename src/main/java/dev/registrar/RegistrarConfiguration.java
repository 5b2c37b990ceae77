package dev.registrar;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.registrar.access.AuthenticationFactory;
import dev.registrar.access.AuthenticationFactory.NoAuthenticationFactory;
import dev.registrar.access.CrossSiteGuard.CrossSiteConfiguration;
import dev.registrar.access.RateLimits.RateLimitsConfiguration;
import dev.registrar.account.StoredDatabaseService;
import dev.registrar.api.DocsResource.DocsConfiguration;
import dev.registrar.api.RequestLimitsBundle.RequestLimits;
import dev.registrar.console.ConsoleConfiguration;
import dev.registrar.crypto.EncryptionFactory;
import dev.registrar.database.DatabaseFactory;
import dev.registrar.model.Step;
import dev.registrar.notification.NotificationConfiguration;
import dev.registrar.operations.Purge.RetentionConfiguration;
import dev.registrar.outbound.ProviderFactory;
import dev.registrar.reconcile.ReconcileConfiguration;
import dev.registrar.registration.RegistrationConfiguration;
import dev.registrar.sandbox.SandboxConfiguration;
import dev.registrar.temporal.TemporalFactory;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.server.AbstractServerFactory;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import io.dropwizard.validation.selfvalidating.SelfValidating;
import io.dropwizard.validation.selfvalidating.SelfValidation;
import io.dropwizard.validation.selfvalidating.ViolationCollector;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code config.yml} as a whole; each section is documented on its record. Rules that span sections are checked here:
 * no call may outlive its activity, so every whole-call deadline ends {@link #MARGIN} before Temporal's start-to-close.
 */
@SelfValidating
public final class RegistrarConfiguration extends Configuration {

    /** A call ends at least this long before its activity. */
    private static final Duration MARGIN = Duration.ofMillis(500);

    private final @NotNull @Valid DatabaseFactory database;
    private final @NotNull @Valid TemporalFactory temporal;
    private final @NotNull @Valid ServicesConfiguration services;
    private final @NotNull @Valid RegistrationConfiguration registration;
    private final @NotNull @Valid ReconcileConfiguration reconcile;
    private final @NotNull @Valid SandboxConfiguration sandbox;
    private final @NotNull @MinDuration(value = 0) @MaxDuration(value = 15) io.dropwizard.util.Duration drain;
    private final @Nullable @Valid EncryptionFactory encryption;
    private final @NotNull @Valid RetentionConfiguration retention;
    private final @NotNull @Valid AuthenticationFactory auth;
    private final @NotNull @Valid CrossSiteConfiguration crossSite;
    private final @NotNull @Valid LimitsConfiguration limits;
    private final @NotNull @Valid NotificationConfiguration notification;
    private final @NotNull @Valid DocsConfiguration docs;
    private final @NotNull @Valid ConsoleConfiguration console;
    private final @NotNull @Valid FeaturesConfiguration features;
    private @Nullable ConfigurationText text;

    /**
     * @param drain on shutdown {@code /ready} returns 503; requests are still served for this long, so that load balancers
     *     notice. At most 15 s, default 5 s
     */
    public RegistrarConfiguration(
            @JsonProperty("database") DatabaseFactory database,
            @JsonProperty("temporal") TemporalFactory temporal,
            @JsonProperty("services") ServicesConfiguration services,
            @JsonProperty("registration") RegistrationConfiguration registration,
            @JsonProperty("reconcile") ReconcileConfiguration reconcile,
            @JsonProperty("sandbox") SandboxConfiguration sandbox,
            @JsonProperty("drain") io.dropwizard.util.Duration drain,
            @JsonProperty("encryption") @Nullable EncryptionFactory encryption,
            @JsonProperty("retention") @Nullable RetentionConfiguration retention,
            @JsonProperty("auth") AuthenticationFactory auth,
            @JsonProperty("crossSite") CrossSiteConfiguration crossSite,
            @JsonProperty("limits") LimitsConfiguration limits,
            @JsonProperty("notification") @Nullable NotificationConfiguration notification,
            @JsonProperty("docs") @Nullable DocsConfiguration docs,
            @JsonProperty("console") @Nullable ConsoleConfiguration console,
            @JsonProperty("features") @Nullable FeaturesConfiguration features) {
        this.database = database;
        this.temporal = temporal;
        this.services = services;
        this.registration = registration;
        this.reconcile = reconcile == null ? ReconcileConfiguration.defaults() : reconcile;
        this.sandbox = sandbox == null ? SandboxConfiguration.defaults() : sandbox;
        this.drain = drain == null ? io.dropwizard.util.Duration.seconds(5) : drain;
        this.encryption = encryption;
        this.retention = retention == null ? RetentionConfiguration.defaults() : retention;
        this.auth = auth == null ? new NoAuthenticationFactory() : auth;
        this.crossSite = crossSite == null ? CrossSiteConfiguration.defaults() : crossSite;
        this.limits = limits == null ? LimitsConfiguration.defaults() : limits;
        this.notification = notification == null ? NotificationConfiguration.defaults() : notification;
        this.docs = docs == null ? DocsConfiguration.defaults() : docs;
        this.console = console == null ? ConsoleConfiguration.defaults() : console;
        this.features = features == null ? FeaturesConfiguration.defaults() : features;
    }

    public DatabaseFactory getDatabase() {
        return database;
    }

    public TemporalFactory getTemporal() {
        return temporal;
    }

    public ServicesConfiguration getServices() {
        return services;
    }

    public RegistrationConfiguration getRegistration() {
        return registration;
    }

    public ReconcileConfiguration getReconcile() {
        return reconcile;
    }

    public SandboxConfiguration getSandbox() {
        return sandbox;
    }

    public io.dropwizard.util.Duration getDrain() {
        return drain;
    }

    public RetentionConfiguration getRetention() {
        return retention;
    }

    /** Empty if the section is absent. */
    public Optional<EncryptionFactory> getEncryption() {
        return Optional.ofNullable(encryption);
    }

    public AuthenticationFactory getAuth() {
        return auth;
    }

    public CrossSiteConfiguration getCrossSite() {
        return crossSite;
    }

    public FeaturesConfiguration getFeatures() {
        return features;
    }

    public LimitsConfiguration getLimits() {
        return limits;
    }

    public NotificationConfiguration getNotification() {
        return notification;
    }

    public DocsConfiguration getDocs() {
        return docs;
    }

    public ConsoleConfiguration getConsole() {
        return console;
    }

    /** To be called once, by the reader. */
    void readFrom(ConfigurationText file) {
        this.text = file;
    }

    /** The refusal that names where in the file the problems are. */
    ConfigurationRefusedException refusal(List<ConfigurationProblem> problems) {
        return text == null
                ? new ConfigurationRefusedException(
                        problems.stream().map(ConfigurationProblem::toString).toList())
                : text.refusal(problems);
    }

    /** A port that other machines can reach requires API keys that are not samples. */
    @SelfValidation
    public void checkAuthentication(ViolationCollector violations) {
        Connectors.of(getServerFactory())
                .outside()
                .flatMap(auth::refusalBeyondLoopback)
                .ifPresent(sentence -> violations.addViolation("auth", sentence));
    }

    /** A thread must be left over to refuse requests beyond the limit. */
    @SelfValidation
    public void checkThreads(ViolationCollector violations) {
        if (getServerFactory() instanceof AbstractServerFactory server
                && limits.concurrentRequests() >= server.getMaxThreads()) {
            violations.addViolation(
                    "limits.concurrentRequests",
                    "has to be below server.maxThreads, which is " + server.getMaxThreads());
        }
    }

    /** Names the service whose call could outlive its activity. */
    @SelfValidation
    @SuppressWarnings("NullAway") // validated together with the sections, which may be absent then
    public void checkDeadlines(ViolationCollector violations) {
        if (services == null || registration == null) {
            return;
        }
        for (Step service : Step.values()) {
            Duration deadline = deadlineOf(service);
            Duration startToClose = registration.startToCloseOf(service);
            if (deadline != null && deadline.plus(MARGIN).compareTo(startToClose) > 0) {
                violations.addViolation(
                        service == Step.DATABASE ? "registration.policies" : "services." + service.code(),
                        "a call of " + service.code() + " may last " + deadline.toMillis()
                                + " ms, which has to be at least " + MARGIN.toMillis()
                                + " ms less than the shortest startToClose of its policies, "
                                + startToClose.toMillis() + " ms");
            }
        }
    }

    /** How long a whole call may last; null if its section is absent, which is reported elsewhere. */
    private @Nullable Duration deadlineOf(Step service) {
        if (service == Step.DATABASE) {
            return StoredDatabaseService.LIMIT;
        }
        ProviderFactory provider = services.of(service);
        return provider == null ? null : provider.deadlineOf(service);
    }

    /**
     * The section {@code limits}: rate limits, and how much the service handles at once.
     *
     * @param concurrentRequests requests that may hold a thread of the application port at a time, including those
     *     whose body is being read; further ones get 503. Below {@code server.maxThreads}; default 512
     * @param waitingRequests requests with {@code Prefer: wait} that may wait at a time; further ones are answered 202
     *     without waiting. Default 5000
     * @param rate rates; default none
     * @param request limits on incoming requests
     */
    public record LimitsConfiguration(
            @NotNull @Min(1) @Max(100_000) Integer concurrentRequests,
            @NotNull @Min(0) @Max(1_000_000) Integer waitingRequests,
            @NotNull @Valid RateLimitsConfiguration rate,
            @NotNull @Valid RequestLimits request) {

        @SuppressWarnings("ConstantValue") // omitted options are null
        public LimitsConfiguration {
            concurrentRequests = concurrentRequests == null ? Integer.valueOf(512) : concurrentRequests;
            waitingRequests = waitingRequests == null ? Integer.valueOf(5_000) : waitingRequests;
            rate = rate == null ? RateLimitsConfiguration.none() : rate;
            request = request == null ? RequestLimits.defaults() : request;
        }

        @SuppressWarnings("NullAway") // as a file that omits all options
        static LimitsConfiguration defaults() {
            return new LimitsConfiguration(null, null, null, null);
        }
    }
}
