package dev.registrar.profile.scim;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.registrar.model.PhoneNumber;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.UserProfile;
import dev.registrar.outbound.ServiceRequest;
import dev.registrar.outbound.WireFormat;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every request to a SCIM server. Bodies derive from the registration's request alone.
 *
 * <p>A profile's {@code preferences} are not sent: SCIM's core schema has no attribute for them, and consents are read
 * from the registration, never from the directory. The full name is not split into family and given name, because no
 * rule is right for all names.
 */
final class ScimRequests {

    private static final String MEDIA_TYPE = "application/scim+json";
    private static final String USERS = "/Users";
    private static final String USER_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User";
    private static final String PATCH_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

    /** A user is returned with all its groups. */
    private static final int MAX_REPLY = 1024 * 1024;

    private ScimRequests() {}

    /** Without an idempotency key: SCIM has none, but user names are unique. 409: the name is taken. */
    static ServiceRequest create(RegistrationId id, UserProfile profile) {
        return scim(ServiceRequest.post(USERS, WireFormat.write(NewUser.of(id, profile))))
                .answeredBy(409);
    }

    /** The users of a name; at most two, because a second one already makes the answer unusable. */
    static ServiceRequest search(String userName) {
        // A value in a filter is a JSON string, RFC 7644, 3.4.2.2.
        String value = new String(WireFormat.write(userName), StandardCharsets.UTF_8);
        String filter = ServiceRequest.encode("userName eq " + value);
        return scim(ServiceRequest.get(USERS + "?filter=" + filter + "&startIndex=1&count=2"));
    }

    static ServiceRequest get(String user) {
        return scim(ServiceRequest.get(path(user))).answeredBy(404);
    }

    /** @param version as read; absent: unconditional */
    static ServiceRequest update(String user, @Nullable String version, UserProfile profile) {
        return patch(user, version, Patch.of(profile)).answeredBy(404, 412);
    }

    /** An outdated version is answered with 409 or 412, RFC 7644, 3.12. */
    static ServiceRequest deactivate(String user, @Nullable String version) {
        return patch(user, version, Patch.DEACTIVATION).answeredBy(404, 409, 412);
    }

    /** As {@link #deactivate}. */
    static ServiceRequest delete(String user, @Nullable String version) {
        return scim(ServiceRequest.delete(path(user), version)).answeredBy(404, 409, 412);
    }

    /** 403, 404 and 501: the server does not publish it. */
    static ServiceRequest features() {
        return scim(ServiceRequest.get("/ServiceProviderConfig")).answeredBy(403, 404, 501);
    }

    private static ServiceRequest patch(String user, @Nullable String version, Patch patch) {
        return scim(ServiceRequest.patch(path(user), version, WireFormat.write(patch)));
    }

    private static String path(String user) {
        return USERS + "/" + ServiceRequest.encode(user);
    }

    private static ServiceRequest scim(ServiceRequest request) {
        return request.ofType(MEDIA_TYPE).withHeader("Accept", MEDIA_TYPE).readingUpTo(MAX_REPLY);
    }

    @JsonPropertyOrder({"schemas", "userName", "externalId", "active", "name", "displayName", "emails", "phoneNumbers"})
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record NewUser(
            List<String> schemas,
            String userName,
            String externalId,
            boolean active,
            Name name,
            String displayName,
            List<Contact> emails,
            @Nullable List<Contact> phoneNumbers) {

        static NewUser of(RegistrationId id, UserProfile profile) {
            return new NewUser(
                    List.of(USER_SCHEMA),
                    profile.userId(),
                    id.toString(),
                    // Some servers create an inactive user if it is left out.
                    true,
                    new Name(profile.fullName()),
                    profile.fullName(),
                    emailsOf(profile),
                    phoneNumbersOf(profile));
        }
    }

    record Name(String formatted) {}

    @JsonPropertyOrder({"value", "type", "primary"})
    record Contact(String value, String type, boolean primary) {}

    private static List<Contact> emailsOf(UserProfile profile) {
        return List.of(new Contact(profile.email().value(), "work", true));
    }

    private static @Nullable List<Contact> phoneNumbersOf(UserProfile profile) {
        PhoneNumber number = profile.phoneNumber();
        // In the form of RFC 3966, as RFC 7643, 4.1.2 recommends.
        return number == null ? null : List.of(new Contact("tel:" + number.value(), "mobile", true));
    }

    record Patch(
            List<String> schemas,
            @JsonProperty("Operations") List<Operation> operations) {

        static final Patch DEACTIVATION = new Patch(List.of(PATCH_SCHEMA), List.of(Operation.replace("active", false)));

        /** Replaces what a create sets; removes the phone number if the profile has none. */
        static Patch of(UserProfile profile) {
            List<Contact> numbers = phoneNumbersOf(profile);
            return new Patch(
                    List.of(PATCH_SCHEMA),
                    List.of(
                            Operation.replace("name.formatted", profile.fullName()),
                            Operation.replace("displayName", profile.fullName()),
                            Operation.replace("emails", emailsOf(profile)),
                            numbers == null
                                    ? Operation.remove("phoneNumbers")
                                    : Operation.replace("phoneNumbers", numbers)));
        }
    }

    @JsonPropertyOrder({"op", "path", "value"})
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Operation(String op, String path, @Nullable Object value) {

        static Operation replace(String path, Object value) {
            return new Operation("replace", path, value);
        }

        static Operation remove(String path) {
            return new Operation("remove", path, null);
        }
    }
}
