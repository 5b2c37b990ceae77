package dev.registrar.outbound;

import dev.registrar.outbound.ErrorDialect.UnlistedValue;
import dev.registrar.outbound.WireFormat.BodyReader;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A whole reply of a provider: status, the few headers that matter, and no more body than the request allows.
 * Immutable, not printed.
 *
 * @param tooLarge whether there was more body than is read; what there was is dropped
 * @param etag as sent, for {@code If-Match}
 * @param requestId the provider's own id of the request, fit for logs; absent if it sends none that is
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Reply(
        int status,
        byte[] body,
        boolean tooLarge,
        @Nullable String etag,
        @Nullable String retryAfter,
        @Nullable String requestId) {

    /** What looks like an id: it goes into logs, messages and history. */
    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");

    private static final BodyReader<ErrorBody> ERROR = WireFormat.reader(ErrorBody.class);

    public Reply {
        requestId = requestId != null && REQUEST_ID.matcher(requestId).matches() ? requestId : null;
    }

    /** The body as a value of the reader's type. */
    public <T> T json(BodyReader<T> reader) throws UnreadableReplyException {
        return reader.read(body);
    }

    /** The provider's error code in clean letters, or {@code http_<status>} where it gives none that can be trusted. */
    public String code() {
        try {
            return clean(json(ERROR).code());
        } catch (UnreadableReplyException e) {
            return clean(null);
        }
    }

    /** This code, found in the reply, in clean letters, or {@code http_<status>} where it cannot be trusted. */
    public String clean(@Nullable String code) {
        return ProviderCode.clean(code, status);
    }

    @Override
    public String toString() {
        return "Reply[" + status + "]";
    }

    record ErrorBody(@Nullable String code) {}

    /** An answer that does not say what it has to say. The message names what is missing, never what was received. */
    public static class UnreadableReplyException extends Exception {

        public UnreadableReplyException(String message) {
            super(message);
        }
    }

    /**
     * The answer has a value that the adapter's table of its provider's values does not name: its meaning is unknown, and it
     * is counted.
     */
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
         * What looks like a code: it starts with a letter and has no blanks. A sentence, an address or a number in its place
         * could be personal data, so it is dropped as a whole instead of being trimmed into shape.
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
     * Makes a value of a reply: of any 2xx, and of the statuses the request counts as answers. It runs inside the measured
     * call, so that an answer that cannot be read counts as a failure of the provider. A runtime exception means the same as
     * {@link UnreadableReplyException}.
     */
    @FunctionalInterface
    public interface ReplyReader<T> {

        T read(Reply reply) throws UnreadableReplyException;
    }
}
