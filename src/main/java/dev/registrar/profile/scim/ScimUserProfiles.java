package dev.registrar.profile.scim;

import dev.registrar.model.CallException;
import dev.registrar.model.CallLimit;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.RejectedException;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UnknownOutcomeException;
import dev.registrar.model.UserProfile;
import dev.registrar.outbound.Deadline;
import dev.registrar.outbound.Reply;
import dev.registrar.outbound.ServiceClient;
import dev.registrar.outbound.ServiceOperation;
import dev.registrar.outbound.ServiceRequest;
import dev.registrar.profile.UserProfileService.ProfileCreation;
import dev.registrar.profile.UserProfileService.ProfileDeletion;
import dev.registrar.profile.UserProfileService.ProfileLookup;
import dev.registrar.profile.UserProfileService.ProfileLookup.Ownership;
import dev.registrar.profile.UserProfiles;
import dev.registrar.profile.scim.ScimReads.SeenUser;
import dev.registrar.profile.scim.ScimReads.SeenUser.Holder;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Users of a SCIM 2.0 server. A create is a POST followed by a read that shows the {@code externalId}, because some servers echo
 * it in the reply and do not store it. SCIM has no idempotency keys, but user names are unique: a repeated POST creates nothing,
 * is answered with a conflict, and the search that follows finds the first one's user.
 *
 * <p>A user without {@code externalId} may be ours or not: its owner is unknown, it is never changed, and health reports it until
 * a create has been read back with its {@code externalId}. The owner is also unknown if our {@code externalId} is found under a
 * {@code userName} of another case.
 *
 * <p>Changes are conditional on the version read if the server's {@code ServiceProviderConfig} reports support for ETags. Otherwise the
 * only protection is a read just before: what another program changes in between goes unnoticed.
 *
 * <p>All operations share the breaker {@code profile}. Thread-safe.
 */
public final class ScimUserProfiles implements UserProfiles {

    /** No keys; users are found by name, without a lag that the standard would allow. */
    public static final ProfileGuarantees GUARANTEES = new ProfileGuarantees(Duration.ZERO, true);

    private static final String BREAKER = "profile";
    private static final String DROPPED = "users are read without externalId, their owner is unknown";

    private final ServiceClient client;
    private final Undo undo;
    private final ScimReads reads;
    private final ServiceOperation create;
    private final ServiceOperation update;
    private final ServiceOperation delete;

    /** @param client whose base URL is that of the server's SCIM interface, such as {@code https://idp.example.com/scim/v2} */
    public ScimUserProfiles(ServiceClient client, Undo undo) {
        this.client = client.speaking(new ScimErrors());
        this.undo = undo;
        this.reads = new ScimReads(this.client.reading("get", BREAKER));
        this.create = this.client.changing("create", BREAKER);
        this.update = this.client.changing("update", BREAKER);
        this.delete = this.client.changing("delete", BREAKER);
    }

    /** How the creation of a user is undone. */
    public enum Undo {
        /** The user is deleted, and its name is free again. */
        DELETE,
        /** The user is set inactive. Its name stays taken: a new registration of the same user is a conflict. */
        DEACTIVATE
    }

    @Override
    public ProfileGuarantees guarantees() {
        return GUARANTEES;
    }

    @Override
    public ProfileCreation.State create(RegistrationId id, UserProfile profile, CallLimit limit) {
        Deadline deadline = client.deadline(limit);
        Optional<String> made = make(id, profile, deadline);
        // The rest of a local attempt's two seconds, or a new deadline.
        Deadline rest = deadline.isLocal() ? deadline : client.deadline(CallLimit.FULL);
        SeenUser seen;
        try {
            seen = made.isPresent()
                    ? reads.byId(id, profile.userId(), made.get(), rest)
                    : reads.find(id, profile.userId(), rest);
        } catch (CallException e) {
            throw unread(e, made.isPresent(), rest);
        }
        return made.isPresent() ? afterMaking(seen) : afterConflict(seen);
    }

    /** The server's id of the new user; empty if the name is taken. */
    private Optional<String> make(RegistrationId id, UserProfile profile, Deadline deadline) {
        try {
            return create.call(
                    ScimRequests.create(id, profile),
                    deadline,
                    reply -> reply.status() == 409 ? Optional.empty() : Optional.of(ScimReads.created(reply)));
        } catch (RejectedException e) {
            if (e.providerCode().equals(ScimErrors.UNIQUENESS)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The exception for a create whose read failed, after the user was made or found to exist. */
    private static CallException unread(CallException e, boolean made, Deadline deadline) {
        boolean localLimit = deadline.isLocal() && deadline.isOver();
        if (!made && !localLimit) {
            return e instanceof UnavailableException
                    ? e
                    : unavailable("create", "not read: " + e.getMessage()).with(e.details());
        }
        Duration wait = e instanceof UnavailableException unavailable
                ? unavailable.retryAfter().orElse(null)
                : null;
        return unknown("not read: " + e.getMessage(), localLimit, wait).with(e.details());
    }

    private ProfileCreation.State afterMaking(SeenUser seen) {
        if (seen.holder() == Holder.OURS && !isUndone(seen)) {
            client.clearDegraded();
            return ProfileCreation.State.CREATED;
        }
        throw contradicted("made", seen);
    }

    private ProfileCreation.State afterConflict(SeenUser seen) {
        return switch (seen.holder()) {
            case OURS -> {
                client.clearDegraded();
                yield isUndone(seen) ? ProfileCreation.State.CONFLICT : ProfileCreation.State.CREATED;
            }
            case OTHERS -> ProfileCreation.State.CONFLICT;
            case NOBODY, UNMARKED -> throw contradicted("its name is taken", seen);
        };
    }

    private UnknownOutcomeException contradicted(String answer, SeenUser seen) {
        if (seen.holder() == Holder.UNMARKED) {
            client.markDegraded(DROPPED);
        }
        String shown = switch (seen.holder()) {
            case NOBODY -> "none";
            case OURS -> "an inactive one";
            case OTHERS -> "one of another";
            case UNMARKED -> "one without externalId";
        };
        return unknown("answered that " + answer + ", and a read shows " + shown, false, null);
    }

    /** Whether this is a user as the undo leaves it: present and inactive. */
    private boolean isUndone(SeenUser seen) {
        return undo == Undo.DEACTIVATE && !seen.active();
    }

    @Override
    public ProfileLookup find(RegistrationId id, String userId) {
        return lookup(seen(id, userId, "get"));
    }

    /** @throws UnavailableException the owner is unknown */
    private SeenUser seen(RegistrationId id, String userId, String operation) {
        return marked(reads.find(id, userId, client.deadline(CallLimit.FULL)), operation);
    }

    private SeenUser marked(SeenUser seen, String operation) {
        if (seen.holder() == Holder.UNMARKED) {
            client.markDegraded(DROPPED);
            throw unavailable(operation, "a user without externalId");
        }
        return seen;
    }

    private ProfileLookup lookup(SeenUser seen) {
        Ownership ownership = switch (seen.holder()) {
            case NOBODY -> Ownership.ABSENT;
            // A deactivated user only keeps its name taken: nothing is left to use or to undo.
            case OURS -> isUndone(seen) ? Ownership.FOREIGN : Ownership.OURS;
            case OTHERS -> Ownership.FOREIGN;
            case UNMARKED -> throw new IllegalStateException("not marked");
        };
        return new ProfileLookup(ownership, seen.version());
    }

    /** By PATCH, which leaves attributes of other programs as they are. */
    @Override
    public ProfileLookup update(RegistrationId id, UserProfile profile) {
        boolean conditional = comparesVersions();
        SeenUser seen = seen(id, profile.userId(), "update");
        ProfileLookup before = lookup(seen);
        if (before.ownership() != Ownership.OURS) {
            return before;
        }
        String user = Objects.requireNonNull(seen.user());
        int status = update.call(
                ScimRequests.update(user, conditional ? seen.version() : null, profile),
                client.deadline(CallLimit.FULL),
                Reply::status);
        if (status == 412) {
            throw unavailable("update", "changed concurrently");
        }
        return status == 404
                ? new ProfileLookup(Ownership.ABSENT, null)
                : lookup(marked(reads.byId(id, profile.userId(), user, client.deadline(CallLimit.FULL)), "update"));
    }

    /** To be called before the user is read, so that the read directly precedes the change. */
    private boolean comparesVersions() {
        return reads.comparesVersions(client.deadline(CallLimit.FULL));
    }

    /** Proved by a further read that finds no such user, or an inactive one. */
    @Override
    public ProfileDeletion delete(RegistrationId id, String userId) {
        boolean conditional = comparesVersions();
        SeenUser seen = seen(id, userId, "delete");
        if (seen.holder() == Holder.OTHERS) {
            return ProfileDeletion.NOT_OURS;
        }
        for (int tries = 1; seen.holder() == Holder.OURS && !isUndone(seen); tries++) {
            // Refused twice with the version just read: the server, or a proxy in front of it, cannot compare versions.
            String version = conditional && tries <= 2 ? seen.version() : null;
            int status = undo(Objects.requireNonNull(seen.user()), version);
            boolean refused = status == 409 || status == 412;
            seen = seen(id, userId, "delete");
            if (seen.holder() != Holder.OURS || isUndone(seen)) {
                // If it is gone without our success, that is an ordinary absence.
                return status == 404 || refused ? ProfileDeletion.ABSENT : ProfileDeletion.DELETED;
            }
            if (!refused || version == null) {
                throw unavailable("delete", undo == Undo.DELETE ? "it is still there" : "it is still active");
            }
            if (tries == 2) {
                reads.forgetFeatures();
            }
        }
        return ProfileDeletion.ABSENT;
    }

    private int undo(String user, @Nullable String version) {
        ServiceRequest request = switch (undo) {
            case DELETE -> ScimRequests.delete(user, version);
            case DEACTIVATE -> ScimRequests.deactivate(user, version);
        };
        return delete.call(request, client.deadline(CallLimit.FULL), Reply::status);
    }

    private static UnavailableException unavailable(String operation, String text) {
        return new UnavailableException(Step.PROFILE, "profile " + operation + ": " + text);
    }

    private static UnknownOutcomeException unknown(String text, boolean localLimit, @Nullable Duration wait) {
        return new UnknownOutcomeException(Step.PROFILE, "profile create: " + text, localLimit, wait);
    }
}
