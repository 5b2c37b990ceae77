package dev.registrar.outbound;

import dev.registrar.outbound.WireFormat.BodyReader;
import org.jspecify.annotations.Nullable;

/** A whole reply of a provider: status, the few headers that matter, and at most 64 KiB of body. Immutable, not printed. */
public final class Reply {

    private static final BodyReader<ErrorBody> ERROR = WireFormat.reader(ErrorBody.class);

    private final int status;
    private final byte[] body;
    private final boolean tooLarge;
    private final @Nullable String etag;
    private final @Nullable String retryAfter;

    Reply(int status, byte[] body, boolean tooLarge, @Nullable String etag, @Nullable String retryAfter) {
        this.status = status;
        this.body = body;
        this.tooLarge = tooLarge;
        this.etag = etag;
        this.retryAfter = retryAfter;
    }

    public int status() {
        return status;
    }

    /** The {@code ETag} as sent, for {@code If-Match}. */
    public @Nullable String etag() {
        return etag;
    }

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

    /** Whether there was more body than is read; what there was is dropped. */
    boolean tooLarge() {
        return tooLarge;
    }

    @Nullable
    String retryAfter() {
        return retryAfter;
    }

    @Override
    public String toString() {
        return "Reply[" + status + "]";
    }

    record ErrorBody(@Nullable String code) {}
}
