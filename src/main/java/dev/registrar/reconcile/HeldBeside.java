package dev.registrar.reconcile;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.registrar.model.Money;
import dev.registrar.model.Step;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a provider holds now, beside what our rows say.
 *
 * @param provider who acts for the registration, as {@code type@host}; absent if unknown, and for our own database
 * @param held in words; why there is no answer, if there is none
 * @param ours in words
 * @param reference the provider's id
 * @param amount what the provider holds; absent if it is no payment
 * @param answeredAt absent if there was no answer
 */
public record HeldBeside(
        Step service,
        @Nullable String provider,
        String held,
        String ours,
        Verdict verdict,
        @Nullable String reference,
        @Nullable Money amount,
        @Nullable Instant answeredAt) {

    /** Whether provider and rows agree. */
    public enum Verdict {
        AGREES,
        DIFFERS,
        NO_ANSWER,
        /** The service cannot be asked, or another provider is configured now. */
        NOT_ASKED;

        @JsonValue
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
