package dev.registrar.outbound;

import dev.registrar.outbound.WireFormat.BodyReader;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A whole reply of a provider: status, the few headers that matter, and at most 64 KiB of body. Immutable, not printed.
 *
 * @param tooLarge whether there was more body than is read; what there was is dropped
 * @param etag as sent, for {@code If-Match}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Reply(
        int status,
        byte[] body,
        boolean tooLarge,
        @Nullable String etag,
        @Nullable String retryAfter) {

    private static final BodyReader<ErrorBody> ERROR = WireFormat.reader(ErrorBody.class);

    /** The body as a value of the reader's type. */
    public <T> T json(BodyReader<T> reader) throws UnreadableReplyException {
        return reader.read(body);
    }

    /** The provider's error code in clean letters, or {@code http_<status>} where it gives none that can be trusted. */
    public String code() {
        try {
            return ProviderCode.clean(json(ERROR).code(), status);
        } catch (UnreadableReplyException e) {
            return ProviderCode.clean(null, status);
        }
    }

    @Override
    public String toString() {
        return "Reply[" + status + "]";
    }

    record ErrorBody(@Nullable String code) {}

    /** An answer that does not say what it has to say. The message names what is missing, never what was received. */
    public static final class UnreadableReplyException extends Exception {

        public UnreadableReplyException(String message) {
            super(message);
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
