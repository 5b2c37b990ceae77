package dev.registrar.operations;

import dev.registrar.model.PhoneNumber;
import dev.registrar.model.UserProfile;
import dev.registrar.store.RequestData;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A registration's request with personal data masked: enough to compare it with what a customer says, not enough to identify
 * somebody. The lengths of the masked parts are not shown; the payment's description is free text and left out.
 *
 * @param email for example {@code a***@e***.com}
 * @param fullName for example {@code A*** L***}
 * @param phoneNumber for example {@code +1***01}
 * @param locale as requested
 */
public record MaskedData(
        String email,
        String fullName,
        @Nullable String phoneNumber,
        @Nullable String locale,
        String paymentMethod) {

    private static final String MASK = "***";

    static MaskedData of(RequestData request) {
        UserProfile profile = request.userProfile();
        PhoneNumber phone = profile.phoneNumber();
        Object locale = profile.preferences().get("locale");
        return new MaskedData(
                email(profile.email().value()),
                Arrays.stream(profile.fullName().strip().split("\\s+", -1))
                        .map(MaskedData::first)
                        .collect(Collectors.joining(" ")),
                phone == null ? null : phone(phone.value()),
                locale == null ? null : String.valueOf(locale),
                "pm_" + MASK);
    }

    private static String email(String address) {
        int at = address.lastIndexOf('@');
        String domain = address.substring(at + 1);
        int dot = domain.lastIndexOf('.');
        return first(address) + "@" + first(domain) + (dot < 0 ? "" : domain.substring(dot));
    }

    /** The first digit, which begins the country code, and the last two. */
    private static String phone(String number) {
        return number.substring(0, 2) + MASK + number.substring(number.length() - 2);
    }

    private static String first(String text) {
        return text.isEmpty() ? MASK : text.substring(0, text.offsetByCodePoints(0, 1)) + MASK;
    }
}
