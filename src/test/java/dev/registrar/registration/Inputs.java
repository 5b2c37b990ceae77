package dev.registrar.registration;

import dev.registrar.call.CallPolicy;
import dev.registrar.call.CallPolicy.Mode;
import dev.registrar.model.UserProfile;
import dev.registrar.payment.PaymentGuarantees;
import dev.registrar.store.PaymentResolution;
import dev.registrar.store.StepHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Inputs of workflows under test, with the numbers of the specification. */
final class Inputs {

    static final Duration SETTLE_AFTER = Duration.ofSeconds(60);

    private Inputs() {}

    static CallPolicy external(Mode mode) {
        return new CallPolicy(
                mode, Duration.ofMinutes(5), Duration.ofSeconds(2), Duration.ofMinutes(1), 2.0, 5, Duration.ofHours(1));
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
        CallPolicy lookup = new CallPolicy(
                Mode.DURABLE,
                Duration.ofMinutes(5),
                Duration.ofSeconds(2),
                Duration.ofMinutes(1),
                2.0,
                5,
                Duration.ofMinutes(10));
        CallPolicy undo = new CallPolicy(
                Mode.DURABLE,
                Duration.ofMinutes(5),
                Duration.ofSeconds(2),
                Duration.ofMinutes(1),
                2.0,
                10,
                Duration.ofMinutes(10));
        return new Policies(
                external,
                external,
                internal,
                internal,
                internal,
                lookup,
                undo,
                Duration.ofSeconds(30),
                SETTLE_AFTER,
                List.of(Duration.ofMinutes(10), Duration.ofHours(24)),
                null);
    }

    /** An ordinary start, local first. */
    static RegistrationInput of(World world) {
        return of(world, Mode.LOCAL_FIRST);
    }

    static RegistrationInput of(World world, Mode mode) {
        return of(world, mode, World.profile());
    }

    static RegistrationInput of(World world, Mode mode, UserProfile profile) {
        return new RegistrationInput(
                world.id(),
                profile,
                World.payment(),
                policies(mode),
                Instant.parse("2100-01-01T00:00:00Z"),
                "welcome-1",
                "welcome-sms-1",
                0,
                false,
                false,
                null,
                List.of(),
                null);
    }

    static RegistrationInput cancelledBefore(World world) {
        RegistrationInput plain = of(world);
        return restarted(plain, 0, true, false);
    }

    /** Started again by the sweeper. */
    static RegistrationInput swept(World world, boolean undoBegun) {
        return restarted(of(world), 1, false, undoBegun);
    }

    /** Started again because somebody found out about its payment. */
    static RegistrationInput resolved(
            World world, PaymentResolution resolution, boolean cancelRequested, StepHistory before) {
        RegistrationInput plain = restarted(of(world), 1, cancelRequested, false);
        return new RegistrationInput(
                plain.registrationId(),
                plain.profile(),
                plain.payment(),
                plain.policies(),
                plain.keyExpiresAt(),
                plain.emailTemplate(),
                plain.smsTemplate(),
                plain.sweep(),
                cancelRequested,
                false,
                resolution,
                List.of(),
                before);
    }

    /** The same with other policies of profile and payment. */
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
                all.lateChargeWatch(),
                gateway);
        return new RegistrationInput(
                plain.registrationId(),
                plain.profile(),
                plain.payment(),
                changed,
                plain.keyExpiresAt(),
                plain.emailTemplate(),
                plain.smsTemplate(),
                plain.sweep(),
                plain.cancelRequested(),
                plain.undoBegun(),
                plain.resolution(),
                plain.earlierCharges(),
                plain.before());
    }

    /** The external policy with other attempts and patience. */
    static CallPolicy external(Mode mode, int attempts, Duration patience) {
        CallPolicy plain = external(mode);
        return new CallPolicy(
                mode,
                plain.startToClose(),
                plain.firstInterval(),
                plain.maxInterval(),
                plain.factor(),
                attempts,
                patience);
    }

    private static RegistrationInput restarted(
            RegistrationInput plain, int sweep, boolean cancelRequested, boolean undoBegun) {
        return new RegistrationInput(
                plain.registrationId(),
                plain.profile(),
                plain.payment(),
                plain.policies(),
                plain.keyExpiresAt(),
                plain.emailTemplate(),
                plain.smsTemplate(),
                sweep,
                cancelRequested,
                undoBegun,
                plain.resolution(),
                plain.earlierCharges(),
                plain.before());
    }
}
