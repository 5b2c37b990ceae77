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
 * SCIM's errors: every HTTP status and {@code scimType} of RFC 7644, 3.12 (tables 8 and 9). A 400 is a definite refusal
 * only if its body is an error of SCIM's own schema with a type named in the RFC, or without a type. Thread-safe.
 */
final class ScimErrors implements ErrorDialect {

    /** The user name, or another unique attribute, is taken. Status 409 in the RFC; some servers use 400. */
    static final String UNIQUENESS = "uniqueness";

    private static final String SCHEMA = "urn:ietf:params:scim:api:messages:2.0:Error";
    private static final BodyReader<ErrorBody> BODY = WireFormat.reader(ErrorBody.class);

    /**
     * These mean the same as in the documented wire protocol: 409 (if the request does not list it as an answer), 412 and 413
     * are a definite refusal. 405, 407, 408, 425, 429, 502, 503 and 504 are not in the RFC but in HTTP.
     */
    private static final Set<Integer> BY_STATUS =
            Set.of(401, 403, 404, 405, 407, 408, 409, 412, 413, 425, 429, 500, 502, 503, 504);

    /** The service is at another address, or does not support the operation: nothing was done for any request. */
    private static final Set<Integer> SET_UP = Set.of(307, 308, 501);

    /** What a 400 means. {@code BY_STATUS} is a definite refusal of this request. */
    private static final Map<String, Meaning> TYPES = Map.of(
            UNIQUENESS,
            Meaning.BY_STATUS,
            "mutability",
            Meaning.BY_STATUS,
            "invalidSyntax",
            Meaning.BY_STATUS,
            "invalidPath",
            Meaning.BY_STATUS,
            "noTarget",
            Meaning.BY_STATUS,
            "invalidValue",
            Meaning.BY_STATUS,
            // The server lacks what every request needs: a filter on userName, in a URL, and SCIM 2.0.
            "invalidFilter",
            Meaning.BLOCKED,
            "sensitive",
            Meaning.BLOCKED,
            "invalidVers",
            Meaning.BLOCKED,
            // Contradicts the uniqueness of the name searched for.
            "tooMany",
            Meaning.IN_DOUBT);

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
        return status == 400 ? badRequest(error, code) : ProviderError.unlisted(UnlistedValue.HTTP_STATUS, code);
    }

    private static ProviderError badRequest(ErrorBody error, String code) {
        String type = error.scimType();
        Meaning meaning = type == null ? Meaning.BY_STATUS : TYPES.get(type);
        return error.isScim() && meaning != null
                ? new ProviderError(meaning, code, null)
                : ProviderError.unlisted(UnlistedValue.ERROR, code);
    }

    /** Whether this 404 comes from the SCIM service, and not from a proxy or a web server in front of it. */
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
