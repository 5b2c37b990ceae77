package dev.registrar.notification.twilio;

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
 * Twilio's errors: what its dictionary lists for the API as a whole (20xxx) and for making a message (21xxx and a few others), by
 * the number in the body. Only a 400 with a number in the table is a definite refusal. Thread-safe.
 */
final class TwilioErrors implements ErrorDialect {

    private static final BodyReader<ErrorBody> BODY = WireFormat.reader(ErrorBody.class);

    /** Classified by the status alone, whatever the number. */
    private static final Set<Integer> BY_STATUS = Set.of(401, 403, 404, 405, 407, 408, 425, 429, 500, 502, 503, 504);

    /** What a 400 means. {@code BY_STATUS} is a definite refusal of this message. */
    private static final Map<Integer, Meaning> NUMBERS = Map.ofEntries(
            // Account and credentials.
            Map.entry(10001, Meaning.BLOCKED),
            Map.entry(20003, Meaning.BLOCKED),
            Map.entry(20005, Meaning.BLOCKED),
            Map.entry(20006, Meaning.BLOCKED),
            Map.entry(20008, Meaning.BLOCKED),
            Map.entry(20010, Meaning.BLOCKED),
            Map.entry(90010, Meaning.BLOCKED),
            // Too many.
            Map.entry(14107, Meaning.UNAVAILABLE),
            Map.entry(20429, Meaning.UNAVAILABLE),
            Map.entry(21611, Meaning.UNAVAILABLE),
            Map.entry(63038, Meaning.UNAVAILABLE),
            // The request or the recipient.
            Map.entry(20001, Meaning.BY_STATUS),
            Map.entry(20002, Meaning.BY_STATUS),
            Map.entry(21211, Meaning.BY_STATUS),
            Map.entry(21214, Meaning.BY_STATUS),
            Map.entry(21217, Meaning.BY_STATUS),
            Map.entry(21219, Meaning.BY_STATUS),
            Map.entry(21265, Meaning.BY_STATUS),
            Map.entry(21266, Meaning.BY_STATUS),
            Map.entry(21267, Meaning.BY_STATUS),
            Map.entry(21408, Meaning.BY_STATUS),
            Map.entry(21602, Meaning.BY_STATUS),
            Map.entry(21604, Meaning.BY_STATUS),
            Map.entry(21605, Meaning.BY_STATUS),
            Map.entry(21608, Meaning.BY_STATUS),
            Map.entry(21610, Meaning.BY_STATUS),
            Map.entry(21612, Meaning.BY_STATUS),
            Map.entry(21614, Meaning.BY_STATUS),
            Map.entry(21617, Meaning.BY_STATUS),
            Map.entry(21618, Meaning.BY_STATUS),
            Map.entry(21619, Meaning.BY_STATUS),
            Map.entry(21635, Meaning.BY_STATUS),
            Map.entry(21656, Meaning.BY_STATUS),
            Map.entry(30032, Meaning.BY_STATUS),
            // The configured sender.
            Map.entry(21212, Meaning.BLOCKED),
            Map.entry(21603, Meaning.BLOCKED),
            Map.entry(21606, Meaning.BLOCKED),
            Map.entry(21659, Meaning.BLOCKED),
            Map.entry(21660, Meaning.BLOCKED),
            Map.entry(21661, Meaning.BLOCKED),
            Map.entry(21701, Meaning.BLOCKED),
            Map.entry(21703, Meaning.BLOCKED),
            Map.entry(21704, Meaning.BLOCKED),
            Map.entry(21705, Meaning.BLOCKED));

    @Override
    public ProviderError read(Reply reply) {
        Integer number = number(reply);
        String code = number == null ? reply.clean(null) : "twilio_" + number;
        if (BY_STATUS.contains(reply.status())) {
            return new ProviderError(Meaning.BY_STATUS, code, null);
        }
        if (reply.status() != 400) {
            return ProviderError.unlisted(UnlistedValue.HTTP_STATUS, code);
        }
        Meaning meaning = number == null ? null : NUMBERS.get(number);
        return meaning == null
                ? ProviderError.unlisted(UnlistedValue.ERROR, code)
                : new ProviderError(meaning, code, null);
    }

    private static @Nullable Integer number(Reply reply) {
        try {
            return reply.json(BODY).code();
        } catch (UnreadableReplyException e) {
            return null;
        }
    }

    record ErrorBody(@Nullable Integer code) {}
}
