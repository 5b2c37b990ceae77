package dev.registrar.bench;

import com.codahale.metrics.MetricRegistry;
import dev.registrar.account.AccountStore;
import dev.registrar.database.PostgresDatabaseFactory;
import dev.registrar.model.CallLimit;
import dev.registrar.model.EmailAddress;
import dev.registrar.model.JsonDataCodec;
import dev.registrar.model.Money;
import dev.registrar.model.PaymentRequest;
import dev.registrar.model.PhoneNumber;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Secret;
import dev.registrar.model.Step;
import dev.registrar.model.UserProfile;
import dev.registrar.notification.EmailSender;
import dev.registrar.notification.EmailSender.MessageGuarantees;
import dev.registrar.notification.HttpEmailSender;
import dev.registrar.notification.NotificationService.WelcomeEmail;
import dev.registrar.outbound.OutboundClients;
import dev.registrar.outbound.OutboundFixture;
import dev.registrar.outbound.ServiceClient;
import dev.registrar.payment.HttpPaymentGateway;
import dev.registrar.payment.PaymentGateway;
import dev.registrar.payment.PaymentGateway.PaymentGuarantees;
import dev.registrar.profile.HttpUserProfiles;
import dev.registrar.profile.UserProfiles;
import dev.registrar.profile.UserProfiles.ProfileGuarantees;
import dev.registrar.temporal.PayloadJson;
import io.dropwizard.core.setup.Environment;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * The four steps with Registrar's own HTTP client, provider adapters, pool and statement, so that only the workflow differs.
 * Thread-safe.
 */
final class HttpSequentialSteps implements SequentialSteps {

    private static final Duration STATEMENT_LIMIT = Duration.ofSeconds(10);

    private static final Duration PROMISED = Duration.ofHours(24);

    private final UserProfiles profiles;
    private final PaymentGateway payments;
    private final EmailSender emails;
    private final AccountStore accounts;
    private final Clock clock;

    HttpSequentialSteps(ContestantSettings settings, Clock clock) {
        OutboundClients outbound = new OutboundClients(new SimpleMeterRegistry(), new MetricRegistry(), clock);
        this.profiles =
                new HttpUserProfiles(client(outbound, settings, Step.PROFILE), new ProfileGuarantees(PROMISED, true));
        this.payments = new HttpPaymentGateway(
                client(outbound, settings, Step.PAYMENT), new PaymentGuarantees(PROMISED, true, Duration.ZERO, true));
        this.emails = new HttpEmailSender(client(outbound, settings, Step.EMAIL), new MessageGuarantees(PROMISED));
        PostgresDatabaseFactory database = new PostgresDatabaseFactory(
                settings.databaseUrl(),
                settings.databaseUser(),
                new Secret(settings.databasePassword()),
                null,
                null,
                null,
                null);
        this.accounts = new AccountStore(
                database.open(new Environment("sequential")).jdbi(), new JsonDataCodec(PayloadJson.mapper()));
        this.clock = clock;
    }

    private static ServiceClient client(OutboundClients outbound, ContestantSettings settings, Step service) {
        URI url = URI.create(settings.sandboxUrl() + "/" + service.code());
        return outbound.client(service, OutboundFixture.config(url));
    }

    @Override
    public void createUserProfile(NewUser user) {
        profiles.create(id(user), profile(user), CallLimit.FULL);
    }

    @Override
    public String processPayment(NewUser user) {
        PaymentRequest request = new PaymentRequest(
                user.userId(), Money.of(NewUser.AMOUNT, NewUser.CURRENCY), NewUser.PAYMENT_METHOD, NewUser.DESCRIPTION);
        return Objects.requireNonNull(
                payments.charge(id(user), request, CallLimit.FULL).transactionId());
    }

    @Override
    public void saveUserData(PaidUser paid) {
        NewUser user = paid.user();
        if (accounts.save(id(user), profile(user), paid.transactionId(), clock.instant(), STATEMENT_LIMIT)
                != AccountStore.SaveResult.SAVED) {
            throw new IllegalStateException("the account of " + user.userId() + " is another's");
        }
    }

    @Override
    public void sendWelcomeEmail(NewUser user) {
        emails.send(
                new WelcomeEmail(id(user), EmailAddress.of(user.email()), user.fullName(), "welcome-email-1", "en", 0),
                CallLimit.FULL);
    }

    private static RegistrationId id(NewUser user) {
        return new RegistrationId(user.registrationId());
    }

    private static UserProfile profile(NewUser user) {
        return new UserProfile(
                user.userId(),
                EmailAddress.of(user.email()),
                user.fullName(),
                new PhoneNumber(user.phoneNumber()),
                Map.of("locale", "en", "newsletter", true));
    }
}
