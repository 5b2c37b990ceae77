package dev.registrar.outbound;

import dev.registrar.model.CallDetails;
import dev.registrar.outbound.ErrorDialect.UnlistedValue;
import dev.registrar.outbound.WireFormat.BodyReader;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A complete reply of a provider: status, relevant headers, and no more body than the request allows.
 * Immutable, not printed.
 *
 * @param tooLarge whether the body exceeded the limit; it is dropped then
 * @param etag as sent, for {@code If-Match}
 * @param requestId the provider's own id of the request, fit for logs; absent if there is none or it is not fit
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Reply(
        int status,
        byte[] body,
        boolean tooLarge,
        @Nullable String etag,
        @Nullable String retryAfter,
        @Nullable String requestId) {

    private static final BodyReader<ErrorBody> ERROR = WireFormat.reader(ErrorBody.class);

    public Reply {
        requestId = CallDetails.requestId(requestId);
    }

    /** The body as a value of the reader's type. */
    public <T> T json(BodyReader<T> reader) throws UnreadableReplyException {
        return reader.read(body);
    }

    /** The provider's error code sanitised, or {@code http_<status>} if there is no trustworthy one. */
    public String code() {
        try {
            return clean(json(ERROR).code());
        } catch (UnreadableReplyException e) {
            return clean(null);
        }
    }

    /** This code, found in the reply, sanitised, or {@code http_<status>} if it is not trustworthy. */
    public String clean(@Nullable String code) {
        return ProviderCode.clean(code, status);
    }

    /** This answer with this code of its error, which may be the one that {@link #clean} gives if there is none. */
    public CallDetails details(@Nullable String code) {
        return new CallDetails(true, status, clean(null).equals(code) ? null : code, requestId);
    }

    @Override
    public String toString() {
        return "Reply[" + status + "]";
    }

    record ErrorBody(@Nullable String code) {}

    /** An answer without the required content. The message names what is missing, never what was received. */
    public static class UnreadableReplyException extends Exception {

        public UnreadableReplyException(String message) {
            super(message);
        }
    }

    /** The answer has a value that is not in the adapter's table: its meaning is unknown, and it is counted. */
    public static final class UnlistedValueException extends UnreadableReplyException {

        private final UnlistedValue kind;

        /** @param value shown if it looks like a code */
        public UnlistedValueException(UnlistedValue kind, @Nullable String value) {
            super("an unlisted " + kind.words() + " " + ProviderCode.shown(value));
            this.kind = kind;
        }

        UnlistedValue kind() {
            return kind;
        }
    }

    /** A provider's error code, fit for our own error answers, logs and history. */
    static final class ProviderCode {

        /**
         * The form of a code: it starts with a letter and has no blanks. A sentence, an address or a number in its
         * place could be personal data, so it is dropped instead of being trimmed.
         */
        private static final Pattern CODE = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,63}");

        private static final Pattern SEPARATOR = Pattern.compile("[.-]");

        private ProviderCode() {}

        static String shown(@Nullable String value) {
            return value != null && CODE.matcher(value).matches() ? value : "value";
        }

        /** The code within {@code [a-z0-9_]{1,64}}, or {@code http_<status>}. */
        static String clean(@Nullable String code, int status) {
            if (code == null || !CODE.matcher(code).matches()) {
                return "http_" + status;
            }
            return SEPARATOR.matcher(code).replaceAll("_").toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Converts a reply to a value: any 2xx, and the statuses that the request accepts as answers. Runs inside the
     * measured call, so that an unreadable answer counts as a failure of the provider. A runtime exception means the
     * same as {@link UnreadableReplyException}.
     */
    @FunctionalInterface
    public interface ReplyReader<T> {

        T read(Reply reply) throws UnreadableReplyException;
    }
}
