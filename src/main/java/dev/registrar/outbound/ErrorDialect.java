package dev.registrar.outbound;

import dev.registrar.outbound.ErrorDialect.ProviderError.Meaning;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a provider words its errors. Asked about every reply that is neither a 2xx nor, for its request, an answer of another
 * status; what stands in the reply is not to be trusted. Implementations are thread-safe and throw nothing.
 */
@FunctionalInterface
public interface ErrorDialect {

    /** The documented wire protocol: a code in the field {@code code}. */
    ErrorDialect WIRE_PROTOCOL = reply -> {
        String code = reply.code();
        boolean inProgress = reply.status() == 409 && code.equals("idempotency_key_in_progress");
        return new ProviderError(inProgress ? Meaning.KEY_IN_PROGRESS : Meaning.BY_STATUS, code, null);
    };

    ProviderError read(Reply reply);

    /** What of a provider's answer its adapter's table does not name. */
    enum UnlistedValue {
        /** The status of a payment, a refund, a profile or a message. */
        STATUS("status"),
        /** The type or the code of an error. */
        ERROR("error"),
        /** The HTTP status. */
        HTTP_STATUS("HTTP status");

        private final String words;

        UnlistedValue(String words) {
            this.words = words;
        }

        /** For messages. */
        String words() {
            return words;
        }

        /** As the metric's tag names it. */
        String tag() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What an error means.
     *
     * @param code the provider's code, {@link Reply#clean cleaned}
     * @param unlisted what the provider's table does not name; only for {@link Meaning#IN_DOUBT}
     */
    record ProviderError(
            Meaning meaning, String code, @Nullable UnlistedValue unlisted) {

        /** What follows from an error. */
        public enum Meaning {
            /** What its status means in the documented wire protocol. */
            BY_STATUS,
            /** The first request of this key is still in progress: in doubt, and the provider is healthy. */
            KEY_IN_PROGRESS,
            /** Nothing was done, whatever the status says: it may be tried again. */
            UNAVAILABLE,
            /** Nothing was done because of our account or set-up, whatever the request: as after a 403. */
            BLOCKED,
            /** No definite answer: of unknown outcome if the call may change something, else unavailable. */
            IN_DOUBT
        }

        /** An error with a value that the table does not name. */
        public static ProviderError unlisted(UnlistedValue kind, String code) {
            return new ProviderError(Meaning.IN_DOUBT, code, kind);
        }
    }
}
