package dev.registrar.notification.resend;

import dev.registrar.outbound.ErrorDialect;
import dev.registrar.outbound.ErrorDialect.ProviderError.Meaning;
import dev.registrar.outbound.ErrorDialect.UnlistedValue;
import dev.registrar.outbound.Reply;
import dev.registrar.outbound.Reply.UnreadableReplyException;
import dev.registrar.outbound.WireFormat;
import dev.registrar.outbound.WireFormat.BodyReader;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Resend's errors: every HTTP status and {@code name} of its page "Errors". Only an error that the page names is a
 * definite refusal. Thread-safe.
 */
final class ResendErrors implements ErrorDialect {

    private static final BodyReader<ErrorBody> BODY = WireFormat.reader(ErrorBody.class);

    /** Classified by the status alone, whatever the name: refused, too many, or an error at Resend. */
    private static final Set<Integer> BY_STATUS = Set.of(401, 403, 404, 405, 407, 408, 425, 429, 500, 502, 503, 504);

    private static final Map<String, Meaning> NAMES = Map.ofEntries(
            Map.entry("400 invalid_idempotency_key", Meaning.BY_STATUS),
            Map.entry("400 validation_error", Meaning.BY_STATUS),
            Map.entry("409 concurrent_idempotent_requests", Meaning.KEY_IN_PROGRESS),
            // The key was used with another body, which may have been sent.
            Map.entry("409 invalid_idempotent_request", Meaning.IN_DOUBT),
            Map.entry("422 invalid_access", Meaning.BLOCKED),
            Map.entry("422 invalid_attachment", Meaning.BY_STATUS),
            // The sender comes from the configuration.
            Map.entry("422 invalid_from_address", Meaning.BLOCKED),
            Map.entry("422 invalid_parameter", Meaning.BY_STATUS),
            Map.entry("422 invalid_region", Meaning.BLOCKED),
            Map.entry("422 missing_required_field", Meaning.BY_STATUS),
            Map.entry("422 validation_error", Meaning.BY_STATUS),
            Map.entry("451 security_error", Meaning.BY_STATUS));

    private static final Set<Integer> NAMED = Set.of(400, 409, 422, 451);

    @Override
    public ProviderError read(Reply reply) {
        String name = name(reply);
        String code = reply.clean(name);
        if (BY_STATUS.contains(reply.status())) {
            return new ProviderError(Meaning.BY_STATUS, code, null);
        }
        if (!NAMED.contains(reply.status())) {
            return ProviderError.unlisted(UnlistedValue.HTTP_STATUS, code);
        }
        Meaning meaning = NAMES.get(reply.status() + " " + name);
        return meaning == null
                ? ProviderError.unlisted(UnlistedValue.ERROR, code)
                : new ProviderError(meaning, code, null);
    }

    private static @Nullable String name(Reply reply) {
        try {
            return reply.json(BODY).name();
        } catch (UnreadableReplyException e) {
            return null;
        }
    }

    record ErrorBody(@Nullable String name) {}
}
