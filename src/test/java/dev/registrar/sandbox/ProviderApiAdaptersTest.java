package dev.registrar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.model.CallLimit;
import dev.registrar.model.EmailAddress;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.Money;
import dev.registrar.model.PaymentRequest;
import dev.registrar.model.PhoneNumber;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.model.UserProfile;
import dev.registrar.notification.EmailSender.MessageGuarantees;
import dev.registrar.notification.HttpEmailSender;
import dev.registrar.notification.HttpSmsSender;
import dev.registrar.notification.NotificationService.WelcomeEmail;
import dev.registrar.notification.NotificationService.WelcomeSms;
import dev.registrar.outbound.OutboundFixture;
import dev.registrar.outbound.ProviderStub;
import dev.registrar.outbound.ProviderStub.Behaviour;
import dev.registrar.outbound.ServiceClient;
import dev.registrar.payment.HttpPaymentGateway;
import dev.registrar.payment.PaymentGateway.PaymentGuarantees;
import dev.registrar.payment.PaymentService.ChargeReference;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.profile.HttpUserProfiles;
import dev.registrar.profile.UserProfileService.ProfileCreation;
import dev.registrar.profile.UserProfileService.ProfileDeletion;
import dev.registrar.profile.UserProfileService.ProfileLookup.Ownership;
import dev.registrar.profile.UserProfiles.ProfileGuarantees;
import dev.registrar.sandbox.ProviderApiDocument.Exchange;
import dev.registrar.sandbox.ProviderApiDocument.Operation;
import dev.registrar.sandbox.SandboxClient.Answer;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests of our own adapters to a sandbox, recorded in between, match {@code provider-api.json}. */
final class ProviderApiAdaptersTest extends SandboxTestCase {

    private static final int MOST_REQUESTS = 100;
    private static final Duration WINDOW = Duration.ofHours(24);
    private static final EmailAddress EMAIL = new EmailAddress("ada@example.com");
    private static final PhoneNumber PHONE = new PhoneNumber("+14155550101");

    private final List<Exchange> exchanges = new CopyOnWriteArrayList<>();
    private ProviderApiDocument document;
    private ProviderStub between;
    private OutboundFixture outbound;

    @BeforeEach
    void startBetween() throws IOException {
        document = ProviderApiDocument.shipped();
        outbound = new OutboundFixture();
        between = new ProviderStub();
        between.will(Collections.nCopies(MOST_REQUESTS, forward()).toArray(new Behaviour[0]));
    }

    @AfterEach
    void stopBetween() {
        outbound.close();
        between.close();
    }

    private Behaviour forward() {
        return (request, socket, closed) -> {
            List<String> headers = new ArrayList<>();
            for (String name : List.of("content-type", "idempotency-key", "if-match")) {
                if (request.headers().containsKey(name)) {
                    headers.addAll(List.of(name, request.headers().get(name)));
                }
            }
            Answer answer =
                    client.call(request.method(), request.target(), request.body(), headers.toArray(new String[0]));
            exchanges.add(Exchange.of(request.method(), request.target(), headers, request.body(), answer));
            String etag = answer.header("ETag");
            return (etag.isEmpty()
                            ? ProviderStub.answer(answer.status(), answer.text())
                            : ProviderStub.answer(answer.status(), answer.text(), "ETag: " + etag))
                    .act(request, socket, closed);
        };
    }

    private ServiceClient client(Step service, String path) {
        return outbound.client(
                service, OutboundFixture.config(URI.create(between.url() + "/").resolve("/" + path)));
    }

    private static RegistrationId registration(int number) {
        return RegistrationId.of("0f8e1c1a-0000-4000-8000-%012d".formatted(number));
    }

    private static UserProfile profile(String userId, @Nullable PhoneNumber phone) {
        Map<String, @Nullable Object> preferences = new HashMap<>();
        preferences.put("locale", "en");
        preferences.put("beta", true);
        preferences.put("credit", new BigDecimal("1.50"));
        preferences.put("nickname", null);
        return new UserProfile(userId, EMAIL, "Ada Lovelace", phone, preferences);
    }

    @Test
    void everyRequestOfOurAdaptersIsDocumented() {
        useProfiles();
        usePayments();
        useMessages();

        Set<String> used = new TreeSet<>();
        Set<String> searches = new TreeSet<>();
        for (Exchange exchange : exchanges) {
            assertThat(document.problemsOfRequest(exchange)).as("%s", exchange).isEmpty();
            assertThat(document.problemsOfAnswer(exchange)).as("%s", exchange).isEmpty();
            used.add(document.operationOf(exchange).id());
            searches.addAll(exchange.query().keySet());
        }
        assertThat(used)
                .containsExactlyInAnyOrderElementsOf(
                        document.operations().stream().map(Operation::id).toList());
        assertThat(searches).containsExactlyInAnyOrder("idempotencyKey", "reference");
        assertThat(exchanges).hasSizeBetween(30, MOST_REQUESTS);
    }

    private void useProfiles() {
        HttpUserProfiles profiles =
                new HttpUserProfiles(client(Step.PROFILE, "profile"), new ProfileGuarantees(WINDOW, true));
        UserProfile full = profile("u-1", PHONE);
        UserProfile sparse = profile("u-2", null);

        assertThat(profiles.create(registration(1), full, CallLimit.FULL)).isEqualTo(ProfileCreation.State.CREATED);
        assertThat(profiles.create(registration(1), full, CallLimit.FULL)).isEqualTo(ProfileCreation.State.CREATED);
        assertThat(profiles.create(registration(2), full, CallLimit.FULL)).isEqualTo(ProfileCreation.State.CONFLICT);
        assertThat(profiles.create(registration(3), sparse, CallLimit.FULL)).isEqualTo(ProfileCreation.State.CREATED);
        assertThat(profiles.update(registration(1), full).ownership()).isEqualTo(Ownership.OURS);
        assertThat(profiles.update(registration(3), sparse).ownership()).isEqualTo(Ownership.OURS);
        assertThat(profiles.delete(registration(1), "u-1")).isEqualTo(ProfileDeletion.DELETED);
        assertThat(profiles.find(registration(1), "u-1").ownership()).isEqualTo(Ownership.ABSENT);
    }

    private void usePayments() {
        HttpPaymentGateway gateway = new HttpPaymentGateway(
                client(Step.PAYMENT, "payment"), new PaymentGuarantees(WINDOW, true, Duration.ZERO, true));
        Money price = Money.of("49.90", "USD");
        RegistrationId id = registration(1);
        PaymentRequest plan = new PaymentRequest("u-1", price, "pm_card_ok", "Annual plan");

        String payment =
                Objects.requireNonNull(gateway.charge(id, plan, CallLimit.FULL).transactionId());
        assertThat(payment).isNotNull();
        gateway.charge(
                registration(2),
                new PaymentRequest("u-2", Money.of("4990", "JPY"), "pm_card_ok", null),
                CallLimit.FULL);
        assertThat(gateway.charge(
                                registration(3),
                                new PaymentRequest("u-3", price, "pm_card_declined", null),
                                CallLimit.FULL)
                        .status())
                .isEqualTo(PaymentStatus.DECLINED);
        assertThat(gateway.find(id, ChargeReference.UNKNOWN)).hasSize(1);
        gateway.voidCharge(registration(4), ChargeReference.UNKNOWN);
        assertThat(gateway.isVoided(registration(4), ChargeReference.UNKNOWN)).isTrue();

        Money part = Money.of("9.90", "USD");
        IdempotencyKey again = IdempotencyKey.refundAgain(id, 1);
        for (IdempotencyKey key : List.of(
                IdempotencyKey.refund(id),
                IdempotencyKey.refund(id, payment),
                again,
                IdempotencyKey.of(IdempotencyKey.again(again.value())))) {
            gateway.refund(id, payment, key, part);
        }
        assertThat(gateway.get(id, payment).map(FoundPayment::refunded)).contains(Money.of("39.60", "USD"));
        assertThat(gateway.get(id, "tx_none")).isEmpty();
    }

    private void useMessages() {
        HttpEmailSender email = new HttpEmailSender(client(Step.EMAIL, "email"), new MessageGuarantees(WINDOW));
        HttpSmsSender sms = new HttpSmsSender(client(Step.SMS, "sms"), new MessageGuarantees(WINDOW));
        for (int resend : new int[] {0, 1, 12}) {
            WelcomeEmail mail =
                    new WelcomeEmail(registration(1), EMAIL, "Ada Lovelace", "welcome-email-1", "de-AT", resend);
            WelcomeSms text = new WelcomeSms(registration(1), PHONE, "welcome-sms-1", "en", resend);

            assertThat(email.send(mail, CallLimit.FULL).messageId()).isNotEmpty();
            assertThat(sms.send(text, CallLimit.FULL).messageId()).isNotEmpty();
        }
    }
}
