package dev.registrar.registration;

import dev.registrar.call.CallGaveUpException;
import dev.registrar.call.CallMonitor;
import dev.registrar.call.PatientCall;
import dev.registrar.call.Timers;
import dev.registrar.profile.UserProfileService;
import dev.registrar.profile.UserProfileService.ProfileLookup.Ownership;
import dev.registrar.profile.UserProfileService.ProfileReference;
import java.time.Duration;
import java.util.Optional;

/** Finds out whether the user's profile is ours; absent after an unknown create needs two lookups. Workflow code. */
final class ProfileInquiry {

    private final RegistrationInput input;
    private final CallMonitor monitor;

    ProfileInquiry(RegistrationInput input, CallMonitor monitor) {
        this.input = input;
        this.monitor = monitor;
    }

    /**
     * Whose profile it is; empty where the API does not say.
     *
     * @param mayLand whether a create may have had, or may still have, its effect
     * @param grace how long that create may still be under way
     */
    Optional<Ownership> settle(boolean mayLand, Duration grace) {
        Timers.sleep(monitor, CallMonitor.WaitReason.SETTLING, grace);
        Optional<Ownership> first = look();
        if (!mayLand || !first.equals(Optional.of(Ownership.ABSENT))) {
            return first;
        }
        Timers.sleep(monitor, CallMonitor.WaitReason.SETTLING, input.policies().settleAfter());
        return look();
    }

    private Optional<Ownership> look() {
        ProfileReference request =
                new ProfileReference(input.registrationId(), input.profile().userId());
        try {
            return Optional.of(new PatientCall(input.policies().lookup().durable(), monitor)
                    .run(UserProfileService.class, service -> service.getUserProfile(request))
                    .ownership());
        } catch (CallGaveUpException e) {
            return Optional.empty();
        }
    }
}
