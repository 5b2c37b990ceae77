package dev.registrar.registration;

import dev.registrar.call.CallPolicy;
import dev.registrar.call.CallPolicy.Mode;
import dev.registrar.call.LocalAttempts;
import dev.registrar.model.ProviderNames;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Release;
import dev.registrar.model.UserProfile;
import dev.registrar.notification.EmailSender.MessageGuarantees;
import dev.registrar.payment.PaymentGateway.PaymentGuarantees;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.RequestData;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Inputs of tested workflows, with the numbers of the specification. */
final class Inputs {

    static final Duration SETTLE_AFTER = Duration.ofSeconds(60);

    static final ProviderNames CONFIGURED = new ProviderNames("registrar@pay.test", "registrar@users.test");

    private static final Instant LATE = Instant.parse("2100-01-01T00:00:00Z");

    private Inputs() {}

    static CallPolicy external(Mode mode) {
        return external(mode, 5, Duration.ofHours(1));
    }

    /** The external policy with other attempts and patience. */
    static CallPolicy external(Mode mode, int attempts, Duration patience) {
        return new CallPolicy(
                mode, Duration.ofMinutes(5), Duration.ofSeconds(2), Duration.ofMinutes(1), 2.0, attempts, patience);
    }

    static CallPolicy internal(Mode mode) {
        return new CallPolicy(
                mode,
                Duration.ofMinutes(2),
                Duration.ofSeconds(1),
                Duration.ofSeconds(30),
                1.5,
                3,
                Duration.ofMinutes(1));
    }

    static Policies policies(Mode mode) {
        CallPolicy external = external(mode);
        CallPolicy internal = internal(mode);
        return new Policies(
                external,
                external,
                internal,
                internal,
                internal,
                external(Mode.DURABLE, 5, Duration.ofMinutes(10)),
                external(Mode.DURABLE, 10, Duration.ofMinutes(10)),
                Duration.ofSeconds(30),
                SETTLE_AFTER,
                null,
                null,
                null);
    }

    /** A first run with local attempts first. */
    static RegistrationInput of(World world) {
        return of(world, Mode.LOCAL_FIRST);
    }

    static RegistrationInput of(World world, Mode mode) {
        return of(world, mode, world.profile());
    }

    static RegistrationInput of(World world, Mode mode, UserProfile profile) {
        return new RegistrationInput(
                world.id(),
                1,
                world.user(),
                World.PRICE,
                new RequestData(profile, world.payment()),
                policies(mode),
                LATE,
                "welcome-1",
                "welcome-sms-1",
                null,
                List.of(),
                ProviderNames.UNKNOWN,
                null,
                Release.PREVIOUS);
    }

    /** A later run, as the dispatcher starts it. */
    static RegistrationInput again(World world, int run) {
        return again(of(world), run, null);
    }

    /** A later run after the previous one was ended in Temporal. */
    static RegistrationInput closedAs(World world, RegistrationStatus end) {
        return again(of(world), 2, end);
    }

    /** A later run of a registration whose request was erased. */
    static RegistrationInput erased(World world) {
        RegistrationInput plain = again(world, 2);
        return changed(plain, plain.run(), null, plain.policies(), null, List.of(), plain.providers());
    }

    private static RegistrationInput again(RegistrationInput plain, int run, @Nullable RegistrationStatus closedAs) {
        return changed(plain, run, plain.request(), plain.policies(), closedAs, plain.earlier(), plain.providers());
    }

    /** The same after an earlier registration of the user. */
    static RegistrationInput after(RegistrationInput plain, RegistrationId earlier) {
        return changed(
                plain,
                plain.run(),
                plain.request(),
                plain.policies(),
                plain.closedAs(),
                List.of(earlier),
                plain.providers());
    }

    /** The same with these providers recorded for the registration. */
    static RegistrationInput actedOnBy(RegistrationInput plain, ProviderNames providers) {
        return changed(
                plain, plain.run(), plain.request(), plain.policies(), plain.closedAs(), plain.earlier(), providers);
    }

    /** The same with other policies for profile and payment. */
    static RegistrationInput withExternal(RegistrationInput plain, CallPolicy profile, CallPolicy payment) {
        return withPolicies(plain, profile, payment, plain.policies().gateway());
    }

    /** The same with a gateway that deduplicates, finds and voids. */
    static RegistrationInput voiding(RegistrationInput plain) {
        return withGateway(plain, new PaymentGuarantees(Duration.ofHours(24), true, Duration.ZERO, true));
    }

    static RegistrationInput withGateway(RegistrationInput plain, PaymentGuarantees gateway) {
        return withPolicies(plain, plain.policies().profile(), plain.policies().payment(), gateway);
    }

    /** The same as the service builds it for messengers with these guarantees. */
    static RegistrationInput withMessengers(
            RegistrationInput plain, MessageGuarantees emails, MessageGuarantees texts) {
        RegistrationInputFactory factory = new RegistrationInputFactory(
                EngineRig.configuration(),
                Duration.ofSeconds(30),
                new PaymentGuarantees(Duration.ofHours(24), true, Duration.ZERO, true),
                plain.providers(),
                new LocalAttempts(Clock.systemUTC()),
                new Messengers(emails, texts, "welcome-email-1", "welcome-sms-1"),
                plain.features());
        RequestData request = Objects.requireNonNull(plain.request());
        Policies made =
                factory.first(plain.registrationId(), request, LATE, List.of()).policies();
        return changed(plain, plain.run(), plain.request(), made, plain.closedAs(), plain.earlier(), plain.providers());
    }

    private static RegistrationInput withPolicies(
            RegistrationInput plain, CallPolicy profile, CallPolicy payment, @Nullable PaymentGuarantees gateway) {
        Policies all = plain.policies();
        Policies changed = new Policies(
                profile,
                payment,
                all.database(),
                all.email(),
                all.sms(),
                all.lookup(),
                all.undo(),
                all.callDeadline(),
                all.settleAfter(),
                gateway,
                all.emails(),
                all.texts());
        return changed(
                plain, plain.run(), plain.request(), changed, plain.closedAs(), plain.earlier(), plain.providers());
    }

    private static RegistrationInput changed(
            RegistrationInput plain,
            int run,
            @Nullable RequestData request,
            Policies policies,
            @Nullable RegistrationStatus closedAs,
            List<RegistrationId> earlier,
            ProviderNames providers) {
        return new RegistrationInput(
                plain.registrationId(),
                run,
                plain.userId(),
                plain.price(),
                request,
                policies,
                plain.keyExpiresAt(),
                plain.emailTemplate(),
                plain.smsTemplate(),
                closedAs,
                earlier,
                providers,
                plain.acceptedAt(),
                plain.features());
    }
}
