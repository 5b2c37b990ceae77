package dev.registrar.profile.scim;

import dev.registrar.outbound.ErrorDialect;
import dev.registrar.outbound.ErrorDialect.ProviderError.Meaning;
import dev.registrar.outbound.ErrorDialect.UnlistedValue;
import dev.registrar.outbound.Reply;
import dev.registrar.outbound.Reply.UnreadableReplyException;
import dev.registrar.outbound.WireFormat;
import dev.registrar.outbound.WireFormat.BodyReader;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * SCIM's errors: every HTTP status and {@code scimType} of RFC 7644, 3.12 (tables 8 and 9). A 400 is a definite no only if its body
 * is an error of SCIM's own schema with a type that the RFC names, or without one. Thread-safe.
 */
final class ScimErrors implements ErrorDialect {

    /** Of a user name, or another attribute, that is taken. With 409 by the RFC; some servers answer it with 400. */
    static final String UNIQUENESS = "uniqueness";

    private static final String SCHEMA = "urn:ietf:params:scim:api:messages:2.0:Error";
    private static final BodyReader<ErrorBody> BODY = WireFormat.reader(ErrorBody.class);

    /**
     * Of these the documented wire protocol says what they mean, so that 409 (where it is no answer), 412 and 413 are a
     * definite no; 405, 407, 408, 425, 429, 502, 503 and 504 come from HTTP, and not from the RFC.
     */
    private static final Set<Integer> BY_STATUS =
            Set.of(401, 403, 404, 405, 407, 408, 409, 412, 413, 425, 429, 500, 502, 503, 504);

    /** It is elsewhere, or it does not support the operation: nothing was done, whatever the request. */
    private static final Set<Integer> SET_UP = Set.of(307, 308, 501);

    /** What a 400 means. {@code BY_STATUS} is a definite no to this request. */
    private static final Map<String, Meaning> TYPES = Map.of(
            UNIQUENESS, Meaning.BY_STATUS,
            "mutability", Meaning.BY_STATUS,
            "invalidSyntax", Meaning.BY_STATUS,
            "invalidPath", Meaning.BY_STATUS,
            "noTarget", Meaning.BY_STATUS,
            "invalidValue", Meaning.BY_STATUS,
            // What we ask by does not exist there: no filter on userName, none in a URL, no SCIM 2.0.
            "invalidFilter", Meaning.BLOCKED,
            "sensitive", Meaning.BLOCKED,
            "invalidVers", Meaning.BLOCKED,
            // More results than it likes to return, of a name that is unique.
            "tooMany", Meaning.IN_DOUBT);

    @Override
    public ProviderError read(Reply reply) {
        ErrorBody error = error(reply);
        String code = reply.clean(error.scimType());
        int status = reply.status();
        if (BY_STATUS.contains(status)) {
            return new ProviderError(Meaning.BY_STATUS, code, null);
        }
        if (SET_UP.contains(status)) {
            return new ProviderError(Meaning.BLOCKED, code, null);
        }
        return status == 400
                ? badRequest(error, code)
                : ProviderError.unlisted(UnlistedValue.HTTP_STATUS, code);
    }

    private static ProviderError badRequest(ErrorBody error, String code) {
        String type = error.scimType();
        Meaning meaning = type == null ? Meaning.BY_STATUS : TYPES.get(type);
        return error.isScim() && meaning != null
                ? new ProviderError(meaning, code, null)
                : ProviderError.unlisted(UnlistedValue.ERROR, code);
    }

    /** Whether this 404 is of SCIM, and not of something else at its address. */
    static boolean isMissing(Reply reply) {
        return reply.status() == 404 && error(reply).isScim();
    }

    private static ErrorBody error(Reply reply) {
        try {
            return reply.json(BODY);
        } catch (UnreadableReplyException e) {
            return ErrorBody.NONE;
        }
    }

    record ErrorBody(
            @Nullable List<@Nullable String> schemas,
            @Nullable String scimType) {

        private static final ErrorBody NONE = new ErrorBody(null, null);

        private boolean isScim() {
            return schemas != null && schemas.contains(SCHEMA);
        }
    }
}
