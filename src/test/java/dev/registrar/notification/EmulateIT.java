package dev.registrar.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.registrar.flow.RequiredTool;
import dev.registrar.model.CallException;
import dev.registrar.model.CallLimit;
import dev.registrar.model.EmailAddress;
import dev.registrar.model.PhoneNumber;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Secret;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UnavailableException.Reason;
import dev.registrar.model.UnknownOutcomeException;
import dev.registrar.notification.NotificationService.MessageReceipt;
import dev.registrar.notification.NotificationService.WelcomeEmail;
import dev.registrar.notification.NotificationService.WelcomeSms;
import dev.registrar.notification.resend.ResendEmailSender;
import dev.registrar.notification.resend.ResendEmailSender.ResendSettings;
import dev.registrar.notification.template.TemplateCatalog;
import dev.registrar.notification.template.TemplateLoader;
import dev.registrar.notification.twilio.TwilioSettings;
import dev.registrar.notification.twilio.TwilioSmsSender;
import dev.registrar.outbound.CredentialFactory;
import dev.registrar.outbound.OutboundFixture;
import dev.registrar.outbound.ServiceClientFactory;
import dev.registrar.standin.Emulate;
import dev.registrar.standin.Emulate.Email;
import dev.registrar.standin.Emulate.Text;
import dev.registrar.standin.Toxiproxy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The adapters for Resend and Twilio against emulate, an independent implementation, behind Toxiproxy; verified by
 * emulate's own lists.
 */
@Tag("providers")
class EmulateIT {

    @RegisterExtension
    static final RequiredTool TOOL = RequiredTool.EMULATE;

    @RegisterExtension
    static final RequiredTool PROXY_TOOL = RequiredTool.TOXIPROXY;

    @TempDir
    static Path directory;

    private static Emulate emulate;
    private static Toxiproxy proxy;
    private static Toxiproxy.Line resendLine;
    private static Toxiproxy.Line twilioLine;

    private final OutboundFixture outbound = new OutboundFixture();
    private final RegistrationId id = RegistrationId.random();
    private final Instant begun = Instant.now();
    private final String to = "+1415" + ThreadLocalRandom.current().nextInt(1_000_000, 10_000_000);
    private final String address = id + "@example.com";

    @BeforeAll
    static void start() {
        emulate = Emulate.start(directory);
        proxy = Toxiproxy.start(directory);
        resendLine = proxy.lineTo("resend", emulate.resendPort());
        twilioLine = proxy.lineTo("twilio", emulate.twilioPort());
    }

    @AfterAll
    static void stop() {
        if (proxy != null) {
            proxy.close();
        }
        if (emulate != null) {
            emulate.close();
        }
    }

    @AfterEach
    void mend() {
        outbound.close();
        resendLine.heal();
        twilioLine.heal();
    }

    private static ServiceClientFactory config(URI url, CredentialFactory credential) {
        ServiceClientFactory config = OutboundFixture.config(url, null);
        config.setDeadline(io.dropwizard.util.Duration.seconds(2));
        config.setCredential(credential);
        return config;
    }

    private static TemplateCatalog templates() {
        return new TemplateCatalog(TemplateLoader.builtIn().load(), version -> Optional.empty());
    }

    private ResendEmailSender emails(String key) {
        CredentialFactory credential = new CredentialFactory(null, "Bearer ", new Secret(key), null, null);
        return new ResendEmailSender(
                outbound.client(Step.EMAIL, config(resendLine.url(), credential)),
                templates(),
                new ResendSettings("Registrar <welcome@example.org>"));
    }

    private TwilioSmsSender texts(String token) {
        TwilioSettings settings = new TwilioSettings(Emulate.ACCOUNT_SID, Emulate.FROM, null);
        return new TwilioSmsSender(
                outbound.client(Step.SMS, config(twilioLine.url(), settings.credential(new Secret(token)))),
                templates(),
                settings);
    }

    private WelcomeEmail email(String fullName) {
        return new WelcomeEmail(id, new EmailAddress(address), fullName, "welcome-1", "de", 0);
    }

    private WelcomeSms text() {
        return new WelcomeSms(id, new PhoneNumber(to), "welcome-1", "en", 0);
    }

    /** The e-mails that emulate holds for this registration. */
    private List<Email> heldEmails() {
        return emulate.emails().stream()
                .filter(email -> email.to().contains(address))
                .toList();
    }

    private List<Text> heldTexts() {
        return emulate.texts(to);
    }

    @Test
    void emailIsTakenOverOnceUnderItsKey() {
        ResendEmailSender sender = emails(Emulate.RESEND_KEY);

        String first = sender.send(email("Žofie Weiß"), CallLimit.FULL).messageId();
        String second = sender.send(email("Žofie Weiß"), CallLimit.FULL).messageId();

        assertThat(second).isEqualTo(first);
        assertThat(heldEmails()).extracting(Email::id).containsExactly(first);
        Email held = heldEmails().get(0);
        assertThat(held.subject()).isEqualTo("Willkommen, Žofie Weiß");
        assertThat(held.from()).isEqualTo("Registrar <welcome@example.org>");
        assertThat(held.text()).contains("Guten Tag Žofie Weiß,");
        assertThat(held.html()).contains("<p>Guten Tag Žofie Weiß,</p>");
    }

    @Test
    void otherEmailUnderTheSameKeyIsUnknownAndNotTakenOver() {
        ResendEmailSender sender = emails(Emulate.RESEND_KEY);
        sender.send(email("Ada"), CallLimit.FULL);

        UnknownOutcomeException failure =
                catchThrowableOfType(UnknownOutcomeException.class, () -> sender.send(email("Eve"), CallLimit.FULL));

        assertThat(failure).hasMessageContaining("409");
        assertThat(outbound.unlisted(Step.EMAIL)).isZero();
        assertThat(heldEmails()).extracting(Email::subject).containsExactly("Willkommen, Ada");
    }

    @Test
    void textIsTakenOverAndFoundBeforeAnySecondSend() {
        TwilioSmsSender sender = texts(Emulate.AUTH_TOKEN);
        assertThat(sender.find(text(), begun)).isEmpty();

        String sid = sender.send(text(), CallLimit.FULL).messageId();

        assertThat(sender.find(text(), begun).map(MessageReceipt::messageId)).contains(sid);
        assertThat(heldTexts()).extracting(Text::sid).containsExactly(sid);
        Text held = heldTexts().get(0);
        assertThat(held.to()).isEqualTo(to);
        assertThat(held.body()).isEqualTo("Welcome! Your registration is complete. Reference: " + id);
        assertThat(held.status()).isEqualTo("queued");
    }

    @Test
    void textOfAnotherTimeAndOfAnotherRegistrationIsNotFound() {
        TwilioSmsSender sender = texts(Emulate.AUTH_TOKEN);
        sender.send(text(), CallLimit.FULL);

        assertThat(sender.find(text(), Instant.now().plusSeconds(120))).isEmpty();
        assertThat(sender.find(
                        new WelcomeSms(RegistrationId.random(), new PhoneNumber(to), "welcome-1", "en", 0), begun))
                .isEmpty();
        assertThat(heldTexts()).hasSize(1);
    }

    @Test
    void sameTextTwiceIsTwoTextsWhichIsWhyItIsNotPromised() {
        TwilioSmsSender sender = texts(Emulate.AUTH_TOKEN);

        sender.send(text(), CallLimit.FULL);
        sender.send(text(), CallLimit.FULL);

        assertThat(heldTexts()).hasSize(2);
        assertThat(sender.guarantees().dedupes()).isFalse();
        assertThat(sender.guarantees().finds()).isTrue();
    }

    @Test
    void textBehindAHundredLaterOnesIsFoundOnAnotherPage() {
        TwilioSmsSender sender = texts(Emulate.AUTH_TOKEN);
        String sid = sender.send(text(), CallLimit.FULL).messageId();
        for (int i = 0; i < 100; i++) {
            sender.send(
                    new WelcomeSms(RegistrationId.random(), new PhoneNumber(to), "welcome-1", "en", 0), CallLimit.FULL);
        }

        assertThat(sender.find(text(), begun).map(MessageReceipt::messageId)).contains(sid);
        assertThat(heldTexts()).hasSize(101);
    }

    @Test
    void wrongTokenIsWaitedForAndShown() {
        TwilioSmsSender sender = texts("wrong");

        UnavailableException failure =
                catchThrowableOfType(UnavailableException.class, () -> sender.send(text(), CallLimit.FULL));
        UnavailableException lookup =
                catchThrowableOfType(UnavailableException.class, () -> sender.find(text(), begun));

        assertThat(failure.reason()).isEqualTo(Reason.BLOCKED);
        assertThat(lookup.reason()).isEqualTo(Reason.BLOCKED);
        assertThat(outbound.refusedBy()).containsExactly(Map.entry(Step.SMS, 401));
        assertThat(heldTexts()).isEmpty();
    }

    /** Twilio documents 21201 for calls only, so the adapter's table does not list emulate's response. */
    @Test
    void invalidNumberWithAnUnlistedCodeIsUnknownAndCountedUntilALookupShowsNothing() {
        TwilioSmsSender sender = texts(Emulate.AUTH_TOKEN);
        WelcomeSms invalid = new WelcomeSms(id, new PhoneNumber("0800"), "welcome-1", "en", 0);

        UnknownOutcomeException failure =
                catchThrowableOfType(UnknownOutcomeException.class, () -> sender.send(invalid, CallLimit.FULL));

        assertThat(failure).hasMessageContaining("twilio_21201");
        assertThat(outbound.unlisted(Step.SMS)).isOne();
        assertThat(sender.find(invalid, begun)).isEmpty();
        assertThat(emulate.texts("0800")).isEmpty();
    }

    @Test
    void numberThatIsNotOursIsWaitedForAndShown() {
        TwilioSettings settings = new TwilioSettings(Emulate.ACCOUNT_SID, "+15550000000", null);
        TwilioSmsSender sender = new TwilioSmsSender(
                outbound.client(
                        Step.SMS, config(twilioLine.url(), settings.credential(new Secret(Emulate.AUTH_TOKEN)))),
                templates(),
                settings);

        UnavailableException failure =
                catchThrowableOfType(UnavailableException.class, () -> sender.send(text(), CallLimit.FULL));

        assertThat(failure.reason()).isEqualTo(Reason.BLOCKED);
        assertThat(heldTexts()).isEmpty();
    }

    /** What can happen to a request and its response in transit, and whether the request takes effect. */
    @SuppressWarnings("ImmutableEnumChecker") // lambdas without state
    enum Fault {
        REQUEST_LOST(false, Toxiproxy.Line::loseRequests),
        REQUEST_CUT(false, line -> line.cutRequestsAfter(80)),
        ANSWER_LOST(true, Toxiproxy.Line::loseAnswers),
        ANSWER_CUT(true, line -> line.cutAnswersAfter(60)),
        ANSWER_RESET(true, Toxiproxy.Line::resetAnswers),
        ANSWER_HELD(true, Toxiproxy.Line::holdAnswers);

        private final boolean effect;
        private final Consumer<Toxiproxy.Line> set;

        Fault(boolean effect, Consumer<Toxiproxy.Line> set) {
            this.effect = effect;
            this.set = set;
        }
    }

    @ParameterizedTest
    @EnumSource
    void emailOfUnknownOutcomeIsOneEmailAfterItsRetry(Fault fault) {
        ResendEmailSender sender = emails(Emulate.RESEND_KEY);
        fault.set.accept(resendLine);

        CallException failure =
                catchThrowableOfType(CallException.class, () -> sender.send(email("Ada"), CallLimit.FULL));

        assertThat(failure).isInstanceOf(UnknownOutcomeException.class);
        assertThat(heldEmails()).hasSize(fault.effect ? 1 : 0);

        resendLine.heal();
        String receipt = sender.send(email("Ada"), CallLimit.FULL).messageId();

        assertThat(heldEmails()).extracting(Email::id).containsExactly(receipt);
    }

    @ParameterizedTest
    @EnumSource
    void textOfUnknownOutcomeIsFoundExactlyIfItWasTakenOver(Fault fault) {
        TwilioSmsSender sender = texts(Emulate.AUTH_TOKEN);
        fault.set.accept(twilioLine);

        CallException failure = catchThrowableOfType(CallException.class, () -> sender.send(text(), CallLimit.FULL));

        assertThat(failure).isInstanceOf(UnknownOutcomeException.class);
        assertThat(heldTexts()).hasSize(fault.effect ? 1 : 0);

        twilioLine.heal();
        List<String> found = sender.find(text(), begun).map(MessageReceipt::messageId).stream()
                .toList();

        assertThat(found).isEqualTo(heldTexts().stream().map(Text::sid).toList());
    }

    @ParameterizedTest
    @EnumSource
    void lookupWithoutAnAnswerIsNoAnswer(Fault fault) {
        TwilioSmsSender sender = texts(Emulate.AUTH_TOKEN);
        String sid = sender.send(text(), CallLimit.FULL).messageId();
        fault.set.accept(twilioLine);

        CallException failure = catchThrowableOfType(CallException.class, () -> sender.find(text(), begun));

        assertThat(failure).isInstanceOf(UnavailableException.class);

        twilioLine.heal();
        assertThat(sender.find(text(), begun).map(MessageReceipt::messageId)).contains(sid);
        assertThat(heldTexts()).hasSize(1);
    }
}
