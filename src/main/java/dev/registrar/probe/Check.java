package dev.registrar.probe;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One promise of a provider, and what was observed.
 *
 * @param promise the promise, in a few words
 * @param declared what the provider's type or the configuration declares
 * @param seen what happened, or why it was not tried
 * @param consequence the effect on registrations; absent if the promise holds as declared
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Check(
        String promise,
        String declared,
        String seen,
        Verdict verdict,
        @Nullable String consequence) {

    /** Whether a promise holds. */
    public enum Verdict {
        HOLDS,
        BROKEN,
        /** Declared as not promised, or not tried. */
        NOT_CHECKED;

        @JsonValue
        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Check holds(String promise, String declared, String seen) {
        return new Check(promise, declared, seen, Verdict.HOLDS, null);
    }

    static Check broken(String promise, String declared, String seen, String consequence) {
        return new Check(promise, declared, seen, Verdict.BROKEN, consequence);
    }

    static Check notChecked(String promise, String declared, String why, @Nullable String consequence) {
        return new Check(promise, declared, why, Verdict.NOT_CHECKED, consequence);
    }
}
