package dev.registrar.probe;

import dev.registrar.model.CallException;
import dev.registrar.model.CallLimit;
import dev.registrar.model.EmailAddress;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.RejectedException;
import dev.registrar.model.UnknownOutcomeException;
import dev.registrar.model.UserProfile;
import dev.registrar.profile.UserProfileService.ProfileCreation;
import dev.registrar.profile.UserProfileService.ProfileDeletion;
import dev.registrar.profile.UserProfileService.ProfileLookup;
import dev.registrar.profile.UserProfileService.ProfileLookup.Ownership;
import dev.registrar.profile.UserProfiles;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Creates one profile, looks it up as its registration and as another one, and deletes it. */
final class ProfileProbe extends Probe {

    private final Subject<UserProfiles> subject;
    private final RegistrationId id = RegistrationId.random();
    private final RegistrationId other = RegistrationId.random();
    private final UserProfile profile;
    private boolean made;

    ProfileProbe(Subject<UserProfiles> subject, Consumer<Check> progress) {
        super("profile", subject.factory().providerName(), progress);
        this.subject = subject;
        String userId = "registrar-probe-" + id.toString().substring(0, 8);
        this.profile = new UserProfile(
                userId, EmailAddress.normalised(userId + "@example.com"), "Registrar Probe", null, Map.of());
    }

    @Override
    void check() {
        UserProfiles profiles = subject.port();
        sayTls(subject.factory());
        sayAnswers(() -> profiles.find(id, profile.userId()));
        sayWrongCredential(subject.hasSecret(), () -> subject.wrong().get().find(id, profile.userId()));
        made = true;
        String first = first(profiles);
        if (!first.equals(ProfileCreation.State.CREATED.name())) {
            say(Check.broken("create", "created", first, "No registration would succeed."));
            return;
        }
        if (!checkOwnership(profiles)) {
            return;
        }
        checkSameKey(profiles);
        checkConflict(profiles);
        checkForeignDelete(profiles);
        checkDelete(profiles);
    }

    /** The result of the first create, also if it was rejected or read back as something else. */
    private String first(UserProfiles profiles) {
        try {
            return profiles.create(id, profile, CallLimit.FULL).name();
        } catch (RejectedException | UnknownOutcomeException e) {
            return words(e);
        }
    }

    /** Whether the rest can be checked. */
    private boolean checkOwnership(UserProfiles profiles) {
        String promise = "ownership kept, found";
        AtomicReference<@Nullable ProfileLookup> last = new AtomicReference<>();
        Optional<Duration> found = answered(() -> seen(Duration.ZERO, () -> {
            ProfileLookup now = profiles.find(id, profile.userId());
            last.set(now);
            return now.ownership() == Ownership.OURS;
        }));
        ProfileLookup seen = last.get();
        if (found.isEmpty() || seen == null) {
            say(Check.broken(
                    promise,
                    "registration id",
                    seen == null ? "the profile has no owner" : "the profile is " + seen.ownership(),
                    "An undo cannot determine the owner: it deletes nothing, and an operator has to."));
            return false;
        }
        say(Check.holds(promise, "registration id", "ours, after " + say(found.get())));
        say(
                seen.etag() == null
                        ? Check.notChecked(
                                "conditional delete",
                                "if ETags are sent",
                                "no ETag",
                                "A concurrent change between our read and our delete is lost.")
                        : Check.holds("conditional delete", "if ETags are sent", "ETags are sent"));
        return true;
    }

    private void checkSameKey(UserProfiles profiles) {
        String promise = "same key twice";
        ProfileCreation.State again = profiles.create(id, profile, CallLimit.FULL);
        say(
                again == ProfileCreation.State.CREATED
                        ? Check.holds(promise, "one profile", "created, still one")
                        : Check.broken(
                                promise,
                                "one profile",
                                "the second answer is " + again,
                                "A lost answer would fail the registration although the profile is its own."));
    }

    private void checkConflict(UserProfiles profiles) {
        String promise = "user of another";
        ProfileCreation.State conflict = profiles.create(other, profile, CallLimit.FULL);
        say(
                conflict == ProfileCreation.State.CONFLICT
                        ? Check.holds(promise, "conflict", "conflict")
                        : Check.broken(
                                promise,
                                "conflict",
                                "created again",
                                "Two registrations of one user would overwrite each other."));
    }

    private void checkForeignDelete(UserProfiles profiles) {
        String promise = "delete of another's";
        ProfileDeletion deletion = profiles.delete(other, profile.userId());
        boolean there = profiles.find(id, profile.userId()).ownership() == Ownership.OURS;
        say(
                deletion == ProfileDeletion.NOT_OURS && there
                        ? Check.holds(promise, "not done", "not done")
                        : Check.broken(
                                promise,
                                "not done",
                                deletion + (there ? "" : ", the profile is gone"),
                                "An undo could delete the profile of another registration."));
    }

    private void checkDelete(UserProfiles profiles) {
        String promise = "delete and its proof";
        ProfileDeletion deletion = profiles.delete(id, profile.userId());
        made = deletion == ProfileDeletion.NOT_OURS;
        Ownership after = profiles.find(id, profile.userId()).ownership();
        say(
                deletion == ProfileDeletion.DELETED && after != Ownership.OURS
                        ? Check.holds(promise, "gone", after == Ownership.ABSENT ? "gone" : "no longer ours")
                        : Check.broken(
                                promise,
                                "gone",
                                deletion + ", then " + after,
                                "No undo of a profile could be proved."));
    }

    private static <T> Optional<T> answered(Supplier<Optional<T>> looks) {
        try {
            return looks.get();
        } catch (CallException e) {
            return Optional.empty();
        }
    }

    @Override
    void cleanUp() {
        if (!made) {
            return;
        }
        try {
            ProfileDeletion deletion = subject.port().delete(id, profile.userId());
            if (deletion != ProfileDeletion.NOT_OURS) {
                return;
            }
        } catch (CallException e) {
            // Reported below: it may exist.
        }
        left("the profile of user " + profile.userId() + ": delete it by hand");
    }
}
