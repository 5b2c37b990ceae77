package dev.registrar.profile.scim;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.registrar.model.RegistrationId;
import dev.registrar.outbound.Deadline;
import dev.registrar.outbound.Reply;
import dev.registrar.outbound.Reply.UnreadableReplyException;
import dev.registrar.outbound.ServiceOperation;
import dev.registrar.outbound.WireFormat;
import dev.registrar.outbound.WireFormat.BodyReader;
import dev.registrar.profile.scim.ScimReads.SeenUser.Holder;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The reads of a SCIM server. A search by user name yields only the id: owner and version are taken from a read by id. Throws {@link dev.registrar.model.UnavailableException} and
 * {@link dev.registrar.model.RejectedException}; thread-safe.
 */
final class ScimReads {

    private static final BodyReader<ListReply> LIST = WireFormat.reader(ListReply.class);
    private static final BodyReader<UserReply> USER = WireFormat.reader(UserReply.class);
    private static final BodyReader<CreatedReply> CREATED = WireFormat.reader(CreatedReply.class);
    private static final BodyReader<FeaturesReply> FEATURES = WireFormat.reader(FeaturesReply.class);

    private final ServiceOperation get;

    /** Whether the server supports conditional changes; null until it has reported it. */
    private volatile @Nullable Boolean versions;

    /** @param get a reading operation */
    ScimReads(ServiceOperation get) {
        this.get = get;
    }

    /**
     * A user as returned by a read by its id.
     *
     * @param user the server's id of the user; absent with {@link Holder#NOBODY}
     * @param active false only if the server returns false
     * @param version for {@code If-Match}; absent if it returns none that is safe to send
     */
    record SeenUser(
            Holder holder,
            @Nullable String user,
            boolean active,
            @Nullable String version) {

        static final SeenUser NONE = new SeenUser(Holder.NOBODY, null, false, null);

        /** Whose it is. */
        enum Holder {
            /** There is no such user. */
            NOBODY,
            /** The registration in question. */
            OURS,
            /** Another registration, or another program that sets an {@code externalId}. */
            OTHERS,
            /** Unknown, without {@code externalId}: ours if the server dropped it, another's if it was never set. */
            UNMARKED
        }
    }

    /** The user of this name, whoever owns it. */
    SeenUser find(RegistrationId id, String userName, Deadline deadline) {
        Optional<String> user = get.call(
                ScimRequests.search(userName),
                deadline,
                reply -> reply.json(LIST).only(userName));
        return user.isEmpty() ? SeenUser.NONE : byId(id, userName, user.get(), deadline);
    }

    /** The same by the server's id. */
    SeenUser byId(RegistrationId id, String userName, String user, Deadline deadline) {
        return get.call(ScimRequests.get(user), deadline, reply -> {
            if (reply.status() != 404) {
                return reply.json(USER).seen(id, userName, user, reply.etag());
            }
            if (!ScimErrors.isMissing(reply)) {
                throw new UnreadableReplyException("a 404 that is not of SCIM");
            }
            return SeenUser.NONE;
        });
    }

    /** The id in the reply to a create. */
    static String created(Reply reply) throws UnreadableReplyException {
        return reply.json(CREATED).requireId();
    }

    /**
     * Whether the server's {@code ServiceProviderConfig} reports support for {@code If-Match}. Read once; while it cannot be read
     * the answer is no, and it is read again the next time.
     */
    boolean comparesVersions(Deadline deadline) {
        Boolean known = versions;
        if (known != null) {
            return known;
        }
        Optional<Boolean> said = get.call(
                ScimRequests.features(),
                deadline,
                reply -> reply.status() < 300 ? Optional.of(reply.json(FEATURES).etags()) : Optional.empty());
        said.ifPresent(supported -> versions = supported);
        return said.orElse(false);
    }

    /** To be called when a version just read was refused: the configuration is read again the next time. */
    void forgetFeatures() {
        versions = null;
    }

    /** The server's id becomes part of a path. */
    private static String requireId(@Nullable String id) throws UnreadableReplyException {
        if (id == null || id.isBlank() || id.length() > 255) {
            throw new UnreadableReplyException("no id");
        }
        return id;
    }

    /** User names are compared without regard to case, RFC 7643, 4.1.1. */
    private static void requireName(@Nullable String seen, String asked) throws UnreadableReplyException {
        if (seen == null || !seen.equalsIgnoreCase(asked)) {
            throw new UnreadableReplyException("not the userName asked for");
        }
    }

    record ListReply(
            @Nullable List<@Nullable String> schemas,
            @Nullable Integer totalResults,
            @Nullable Integer startIndex,
            @JsonProperty("Resources") @Nullable List<@Nullable UserReply> resources) {

        private static final String SCHEMA = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

        /** The id of the only user in the list; empty if it is empty. Any other list is unreadable. */
        Optional<String> only(String userName) throws UnreadableReplyException {
            if (schemas == null || !schemas.contains(SCHEMA) || totalResults == null) {
                throw new UnreadableReplyException("not a list");
            }
            if (startIndex != null && startIndex != 1) {
                throw new UnreadableReplyException("a list that starts elsewhere");
            }
            List<@Nullable UserReply> users = resources == null ? List.of() : resources;
            if (users.size() > 1 || users.size() != totalResults) {
                throw new UnreadableReplyException("not one user, and not none");
            }
            if (users.isEmpty()) {
                return Optional.empty();
            }
            UserReply user = users.get(0);
            if (user == null) {
                throw new UnreadableReplyException("a missing user");
            }
            requireName(user.userName(), userName);
            return Optional.of(requireId(user.id()));
        }
    }

    record UserReply(
            @Nullable String id,
            @Nullable String externalId,
            @Nullable String userName,
            @Nullable Boolean active,
            @Nullable Meta meta) {

        SeenUser seen(RegistrationId asked, String askedName, String askedId, @Nullable String etag)
                throws UnreadableReplyException {
            if (!askedId.equals(id)) {
                throw new UnreadableReplyException("not the id asked for");
            }
            requireName(userName, askedName);
            String version = Meta.sendable(etag);
            return new SeenUser(
                    holder(asked, askedName),
                    askedId,
                    !Boolean.FALSE.equals(active),
                    version == null && meta != null ? Meta.sendable(meta.version()) : version);
        }

        private Holder holder(RegistrationId asked, String askedName) throws UnreadableReplyException {
            if (externalId == null || externalId.isEmpty()) {
                return Holder.UNMARKED;
            }
            if (!asked.toString().equals(externalId)) {
                return Holder.OTHERS;
            }
            if (!askedName.equals(userName)) {
                // User ids that differ in case are two users here and one user there: not safe to change.
                throw new UnreadableReplyException("our externalId under a userName of another case");
            }
            return Holder.OURS;
        }
    }

    record Meta(@Nullable String version) {

        /** Safe in a header; weak or not, quoted or not. */
        private static final Pattern SENDABLE = Pattern.compile("[\\x21-\\x7e]{1,256}");

        static @Nullable String sendable(@Nullable String version) {
            return version != null && SENDABLE.matcher(version).matches() ? version : null;
        }
    }

    record CreatedReply(@Nullable String id) {

        String requireId() throws UnreadableReplyException {
            return ScimReads.requireId(id);
        }
    }

    record FeaturesReply(
            @Nullable List<@Nullable String> schemas,
            @Nullable Feature etag) {

        private static final String SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";

        boolean etags() throws UnreadableReplyException {
            if (schemas == null || !schemas.contains(SCHEMA)) {
                throw new UnreadableReplyException("not a ServiceProviderConfig");
            }
            return etag != null && Boolean.TRUE.equals(etag.supported());
        }
    }

    record Feature(@Nullable Boolean supported) {}
}
