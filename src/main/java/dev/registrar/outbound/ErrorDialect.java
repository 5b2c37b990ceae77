package dev.registrar.outbound;

import dev.registrar.outbound.ErrorDialect.ProviderError.Meaning;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Interprets a provider's errors. Called for every reply that is neither a 2xx nor of another status that the request
 * accepts as an answer; the content of the reply is untrusted. Implementations are thread-safe and throw nothing.
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

    /** The part of a provider's answer that is not in its adapter's table. */
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

        /** The value of the metric's tag. */
        String tag() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What an error means.
     *
     * @param code the provider's code, {@link Reply#clean cleaned}
     * @param unlisted the part that is not in the provider's table; only for {@link Meaning#IN_DOUBT}
     */
    record ProviderError(
            Meaning meaning, String code, @Nullable UnlistedValue unlisted) {

        /** How an error is classified. */
        public enum Meaning {
            /** By its status, as in the documented wire protocol. */
            BY_STATUS,
            /** The first request of this key is still in progress: in doubt, but the provider is healthy. */
            KEY_IN_PROGRESS,
            /** Nothing was done, whatever the status: it may be retried. */
            UNAVAILABLE,
            /** Nothing was done because of our account or setup, independent of the request, as after a 403. */
            BLOCKED,
            /** No definite answer: of unknown outcome if the call may change something, else unavailable. */
            IN_DOUBT
        }

        /** An error with a value that is not in the table. */
        public static ProviderError unlisted(UnlistedValue kind, String code) {
            return new ProviderError(Meaning.IN_DOUBT, code, kind);
        }
    }
}
