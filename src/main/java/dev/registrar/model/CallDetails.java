package dev.registrar.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a failed call ended, for people who look for it at the provider. Free of personal data and of card numbers: a code or an
 * id of another form than expected is dropped, not trimmed.
 *
 * @param answered whether the provider answered
 * @param httpStatus of the answer; absent without one and for other protocols
 * @param code the provider's code of the error, or ours for a call without an answer, for example {@code timeout}
 * @param requestId the provider's own id of the request
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CallDetails(
        boolean answered,
        @Nullable Integer httpStatus,
        @Nullable String code,
        @Nullable String requestId) {

    private static final Pattern CODE = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");
    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9_.:=+/-]{1,128}");

    public CallDetails {
        code = code(code);
        requestId = requestId(requestId);
    }

    /** No answer, for this reason of ours. */
    public static CallDetails noAnswer(String reason) {
        return new CallDetails(false, null, reason, null);
    }

    /** The code if it looks like one, else null. */
    static @Nullable String code(@Nullable String code) {
        return fit(CODE, code);
    }

    /** The id if it may go into logs, messages, history and rows, else null. */
    public static @Nullable String requestId(@Nullable String id) {
        return fit(REQUEST_ID, id);
    }

    private static @Nullable String fit(Pattern form, @Nullable String text) {
        return text != null
                        && form.matcher(text).matches()
                        && !TextRules.isPhoneNumber(text)
                        && !CardNumbers.brandedIn(text)
                ? text
                : null;
    }
}
