package dev.registrar.profile;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.registrar.model.CallDetails;
import dev.registrar.model.CallLimit;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.PhoneNumber;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UnknownOutcomeException;
import dev.registrar.model.UserProfile;
import dev.registrar.outbound.Deadline;
import dev.registrar.outbound.Reply;
import dev.registrar.outbound.Reply.UnreadableReplyException;
import dev.registrar.outbound.ServiceClient;
import dev.registrar.outbound.ServiceOperation;
import dev.registrar.outbound.ServiceRequest;
import dev.registrar.outbound.WireFormat;
import dev.registrar.outbound.WireFormat.BodyReader;
import dev.registrar.profile.UserProfileService.ProfileCreation;
import dev.registrar.profile.UserProfileService.ProfileDeletion;
import dev.registrar.profile.UserProfileService.ProfileLookup;
import dev.registrar.profile.UserProfileService.ProfileLookup.Ownership;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The user profile API over HTTP. All operations share the breaker {@code profile}. */
public final class HttpUserProfiles implements UserProfiles {

    private static final String BREAKER = "profile";
    private static final int MAX_ETAG = 256;
    private static final BodyReader<ProfileReply> PROFILE = WireFormat.reader(ProfileReply.class);

    private final ServiceClient client;
    private final ProfileGuarantees guarantees;
    private final ServiceOperation create;
    private final ServiceOperation get;
    private final ServiceOperation update;
    private final ServiceOperation delete;

    public HttpUserProfiles(ServiceClient client, ProfileGuarantees guarantees) {
        this.guarantees = guarantees;
        this.client = client;
        this.create = client.changing("create", BREAKER);
        this.get = client.reading("get", BREAKER);
        this.update = client.changing("update", BREAKER);
        this.delete = client.changing("delete", BREAKER);
    }

    @Override
    public ProfileGuarantees guarantees() {
        return guarantees;
    }

    @Override
    public ProfileCreation.State create(RegistrationId id, UserProfile profile, CallLimit limit) {
        ServiceRequest request = ServiceRequest.post(
                        "/profiles", IdempotencyKey.profile(id), WireFormat.write(NewProfile.of(id, profile)))
                .answeredBy(409);
        Deadline deadline = client.deadline(limit);
        boolean made = create.call(request, deadline, reply -> {
            if (reply.status() == 409) {
                return false;
            }
            ProfileReply created = reply.json(PROFILE).requireUser(profile.userId());
            if (!created.isOwnedBy(id)) {
                throw new UnreadableReplyException("not the registrationId asked for");
            }
            return true;
        });
        return made ? ProfileCreation.State.CREATED : creationFound(id, profile.userId(), deadline);
    }

    /** After a 409: the existing profile may be our own, created under a key that the provider has forgotten. */
    private ProfileCreation.State creationFound(RegistrationId id, String userId, Deadline deadline) {
        // The rest of a local attempt's two seconds, or a new deadline.
        Deadline rest = deadline.isLocal() ? deadline : client.deadline(CallLimit.FULL);
        try {
            return switch (find(id, userId, rest).ownership()) {
                case OURS -> ProfileCreation.State.CREATED;
                case FOREIGN -> ProfileCreation.State.CONFLICT;
                case ABSENT ->
                    throw new UnknownOutcomeException(
                                    Step.PROFILE, "profile create: answered 409, and then there was none")
                            .with(new CallDetails(true, 409, null, null));
            };
        } catch (UnavailableException e) {
            if (rest.isLocal() && rest.isOver()) {
                throw new UnknownOutcomeException(
                                Step.PROFILE, "profile create: ended by the limit of a local attempt", true, null)
                        .with(e.details());
            }
            throw e;
        }
    }

    @Override
    public ProfileLookup find(RegistrationId id, String userId) {
        return find(id, userId, client.deadline(CallLimit.FULL));
    }

    private ProfileLookup find(RegistrationId id, String userId, Deadline deadline) {
        if (!guarantees.finds()) {
            // Its 404 proves nothing.
            throw new UnavailableException(Step.PROFILE, "profile find: the profile API does not find");
        }
        return get.call(ServiceRequest.get(path(userId)).answeredBy(404), deadline, reply -> {
            if (reply.status() == 404) {
                return new ProfileLookup(Ownership.ABSENT, null);
            }
            return lookup(id, userId, reply);
        });
    }

    @Override
    public ProfileLookup update(RegistrationId id, UserProfile profile) {
        ProfileLookup seen = find(id, profile.userId());
        if (seen.ownership() != Ownership.OURS) {
            return seen;
        }
        ServiceRequest request = ServiceRequest.patch(
                        path(profile.userId()), seen.etag(), WireFormat.write(ProfileChange.of(profile)))
                .answeredBy(404, 412);
        ProfileLookup changed = update.call(request, client.deadline(CallLimit.FULL), reply -> switch (reply.status()) {
            case 404 -> new ProfileLookup(Ownership.ABSENT, null);
            case 412 -> new ProfileLookup(Ownership.FOREIGN, null);
            default -> lookup(id, profile.userId(), reply);
        });
        if (changed.ownership() == Ownership.FOREIGN) {
            throw new UnavailableException(Step.PROFILE, "profile update: changed concurrently");
        }
        return changed;
    }

    @Override
    public ProfileDeletion delete(RegistrationId id, String userId) {
        ProfileLookup seen = find(id, userId);
        if (seen.ownership() == Ownership.ABSENT) {
            return ProfileDeletion.ABSENT;
        }
        if (seen.ownership() == Ownership.FOREIGN) {
            return ProfileDeletion.NOT_OURS;
        }
        int status = delete(userId, seen.etag());
        ProfileLookup after = find(id, userId);
        if (status == 412 && after.ownership() == Ownership.OURS) {
            status = delete(userId, after.etag());
            after = find(id, userId);
        }
        if (status == 412 && after.ownership() == Ownership.OURS) {
            // Refused with the version just read: this server, or a proxy in front of it, cannot compare versions.
            status = delete(userId, null);
            after = find(id, userId);
        }
        if (after.ownership() == Ownership.OURS) {
            throw new UnavailableException(Step.PROFILE, "profile delete: it is still there");
        }
        // If it is gone without our success, that is an ordinary absence.
        return status == 404 || status == 412 ? ProfileDeletion.ABSENT : ProfileDeletion.DELETED;
    }

    private int delete(String userId, @Nullable String etag) {
        ServiceRequest request = ServiceRequest.delete(path(userId), etag).answeredBy(404, 412);
        return delete.call(request, client.deadline(CallLimit.FULL), Reply::status);
    }

    private static String path(String userId) {
        return "/profiles/" + ServiceRequest.encode(userId);
    }

    private static ProfileLookup lookup(RegistrationId id, String userId, Reply reply) throws UnreadableReplyException {
        ProfileReply profile = reply.json(PROFILE).requireUser(userId);
        String etag = reply.etag();
        if (etag != null && (etag.isEmpty() || etag.length() > MAX_ETAG)) {
            throw new UnreadableReplyException("not an ETag");
        }
        return new ProfileLookup(profile.isOwnedBy(id) ? Ownership.OURS : Ownership.FOREIGN, etag);
    }

    @JsonPropertyOrder({"userId", "email", "fullName", "phoneNumber", "preferences", "registrationId"})
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record NewProfile(
            String userId,
            String email,
            String fullName,
            @Nullable String phoneNumber,
            Map<String, @Nullable Object> preferences,
            String registrationId) {

        static NewProfile of(RegistrationId id, UserProfile profile) {
            return new NewProfile(
                    profile.userId(),
                    profile.email().value(),
                    profile.fullName(),
                    number(profile.phoneNumber()),
                    profile.preferences(),
                    id.toString());
        }
    }

    @JsonPropertyOrder({"email", "fullName", "phoneNumber", "preferences"})
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record ProfileChange(
            String email, String fullName, @Nullable String phoneNumber, Map<String, @Nullable Object> preferences) {

        static ProfileChange of(UserProfile profile) {
            return new ProfileChange(
                    profile.email().value(), profile.fullName(), number(profile.phoneNumber()), profile.preferences());
        }
    }

    private static @Nullable String number(@Nullable PhoneNumber phoneNumber) {
        return phoneNumber == null ? null : phoneNumber.value();
    }

    /** The owner of a profile. */
    record ProfileReply(@Nullable String userId, @Nullable String registrationId) {

        ProfileReply requireUser(String expectedUserId) throws UnreadableReplyException {
            if (!expectedUserId.equals(userId)) {
                throw new UnreadableReplyException("not the userId asked for");
            }
            return this;
        }

        boolean isOwnedBy(RegistrationId id) {
            return id.toString().equals(registrationId);
        }
    }
}
