package dev.registrar.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.registrar.api.Problem.FieldError;
import dev.registrar.api.Problem.ProblemException;
import dev.registrar.model.CardNumbers;
import dev.registrar.model.Currencies;
import dev.registrar.model.EmailAddress;
import dev.registrar.model.Money;
import dev.registrar.model.PaymentRequest;
import dev.registrar.model.PhoneNumber;
import dev.registrar.model.TextRules;
import dev.registrar.model.UserProfile;
import dev.registrar.store.RequestData;
import java.math.BigDecimal;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads and checks every field of a request to register. Thread-safe. */
final class RegistrationRequestReader {

    static final int NAME_LENGTH = 200;
    static final int DESCRIPTION_LENGTH = 200;
    static final int PREFERENCES = 32;
    static final int PREFERENCE_NAME_LENGTH = 64;
    static final int PREFERENCE_LENGTH = 256;
    private static final int DECIMALS = 400;

    /** Twelve digits: no number in a preference can be a card's. */
    static final BigDecimal MAX_NUMBER = new BigDecimal("999999999999");

    private static final String CONSENTS = "notifications";
    private static final Set<String> CONSENT_WORDS = Set.of("on", "off");
    private static final String DEFAULT_CURRENCY = "USD";
    private static final String NO_CARD = "Card numbers are refused: send a token of the payment gateway.";

    private final Function<String, BigDecimal> maxAmounts;

    /** @param maxAmounts the most that one registration may charge in a currency, in units of it */
    RegistrationRequestReader(Function<String, BigDecimal> maxAmounts) {
        this.maxAmounts = maxAmounts;
    }

    /** Returns the request, or throws a {@link ProblemException} that names every invalid field. */
    RequestData read(ObjectNode body) {
        List<FieldError> errors = new ArrayList<>();
        ObjectReader root = new ObjectReader("", body, errors).only(known("payment", "userProfile"));
        ObjectReader profileFields = root.object("userProfile");
        UserProfile profile = profileFields == null ? null : profile(profileFields);
        ObjectReader paymentFields = root.object("payment");
        String userId = profile == null ? null : profile.userId();
        PaymentRequest payment = paymentFields == null ? null : payment(paymentFields, userId);
        if (!errors.isEmpty() || profile == null || payment == null) {
            FieldError first = errors.get(0);
            throw new ProblemException(Problem.of(422, first.code(), first.field() + ": " + first.detail(), errors));
        }
        return new RequestData(profile, payment);
    }

    private static @Nullable UserProfile profile(ObjectReader fields) {
        fields.only(known("email", "fullName", "phoneNumber", "preferences", "userId"));
        String userId = fields.checked(
                "userId",
                fields.text("userId"),
                TextRules::isUserId,
                "invalid_user_id",
                "1 to 64 letters, digits, dots, dashes or underscores.");
        userId = fields.checked("userId", userId, text -> !CardNumbers.brandedIn(text), "card_number_refused", NO_CARD);
        String email = email(fields);
        String fullName = free(fields, "fullName", fields.text("fullName"));
        fullName = shorterThan(fields, "fullName", fullName, NAME_LENGTH);
        String phone = fields.checked(
                "phoneNumber",
                fields.optionalText("phoneNumber"),
                TextRules::isPhoneNumber,
                "invalid_phone",
                "Must be in E.164 format: a plus and 7 to 15 digits.");
        Map<String, @Nullable Object> preferences = preferences(fields);
        if (userId == null || email == null || fullName == null || preferences == null) {
            return null;
        }
        return new UserProfile(
                userId, new EmailAddress(email), fullName, phone == null ? null : new PhoneNumber(phone), preferences);
    }

    /**
     * A line break is reported as an invalid address (it could inject mail headers), any other control as invalid text.
     */
    private static @Nullable String email(ObjectReader fields) {
        String given = fields.anyText("email");
        String email = free(
                fields,
                "email",
                given == null ? null : EmailAddress.normalised(given).value());
        email = fields.checked(
                "email",
                email,
                text -> text.indexOf('\r') >= 0 || text.indexOf('\n') >= 0 || TextRules.isPlain(text),
                "invalid_text",
                TextRules.PLAIN);
        return fields.checked("email", email, TextRules::isEmail, "invalid_email", "Must be an e-mail address.");
    }

    private @Nullable PaymentRequest payment(ObjectReader fields, @Nullable String userId) {
        fields.only(known("amount", "currency", "description", "paymentMethod"));
        Money amount = amount(fields);
        String method = free(fields, "paymentMethod", fields.text("paymentMethod"));
        method = fields.checked(
                "paymentMethod",
                method,
                TextRules::isToken,
                "invalid_token",
                "Must be a token of the payment gateway: pm_ and up to 64 letters, digits or underscores.");
        String description = free(fields, "description", fields.optionalText("description"));
        description = shorterThan(fields, "description", description, DESCRIPTION_LENGTH);
        return amount == null || method == null || userId == null
                ? null
                : new PaymentRequest(userId, amount, method, description);
    }

    private @Nullable Money amount(ObjectReader fields) {
        BigDecimal amount = fields.number("amount");
        JsonNode given = fields.raw("currency");
        String currency = given == null ? DEFAULT_CURRENCY : fields.optionalText("currency");
        OptionalInt minorUnit = currency == null ? OptionalInt.empty() : Currencies.minorUnit(currency);
        if (currency != null && minorUnit.isEmpty()) {
            fields.error("currency", "invalid_currency", "Must be an ISO 4217 code, for example USD.");
        }
        if (amount == null || currency == null || minorUnit.isEmpty()) {
            return null;
        }
        BigDecimal maxAmount = maxAmounts.apply(currency);
        boolean fits =
                amount.signum() > 0 && Money.fits(amount, minorUnit.getAsInt()) && amount.compareTo(maxAmount) <= 0;
        if (!fits) {
            fields.error(
                    "amount",
                    "out_of_range",
                    "More than 0, at most " + maxAmount.toPlainString() + ", with at most " + minorUnit.getAsInt()
                            + " decimals.");
            return null;
        }
        return new Money(amount, currency);
    }

    private static @Nullable Map<String, @Nullable Object> preferences(ObjectReader fields) {
        JsonNode given = fields.raw("preferences");
        if (given == null) {
            return Map.of();
        }
        if (!(given instanceof ObjectNode object)) {
            fields.error("preferences", "wrong_type", "Must be an object.");
            return null;
        }
        if (object.size() > PREFERENCES) {
            fields.error("preferences", "too_long", "At most " + PREFERENCES + " preferences.");
            return null;
        }
        Map<String, @Nullable Object> preferences = new LinkedHashMap<>();
        object.properties().forEach(entry -> {
            String name = TextRules.composed(entry.getKey());
            Object value = preference(fields, name, entry.getValue());
            if (preferences.containsKey(name)) {
                fields.error("preferences.?", "invalid_text", "Two names are the same in Unicode NFC.");
            }
            preferences.put(name, value);
        });
        // Without one the default is used, by us and by the providers.
        if (!(preferences.get("locale") instanceof String locale && TextRules.isLanguageTag(locale))) {
            preferences.remove("locale");
        }
        return preferences;
    }

    private static @Nullable Object preference(ObjectReader fields, String name, JsonNode given) {
        JsonNode value = given.isTextual() ? TextNode.valueOf(TextRules.composed(given.textValue())) : given;
        String field = "preferences.?";
        if (name.isEmpty() || !TextRules.isAtMost(name, PREFERENCE_NAME_LENGTH)) {
            fields.error(field, "too_long", "A preference's name has 1 to " + PREFERENCE_NAME_LENGTH + " characters.");
        } else if (!isPlainName(name) || (value.isTextual() && !TextRules.isPlain(value.textValue()))) {
            fields.error(field, "invalid_text", TextRules.PLAIN);
        } else if (value.isContainerNode()) {
            fields.error(field, "wrong_type", "A preference is a string, a number, a boolean or null.");
        } else if (value.isNumber()
                ? !isShort(value.decimalValue())
                : !TextRules.isAtMost(value.asText(), PREFERENCE_LENGTH)) {
            fields.error(field, "too_long", "At most " + PREFERENCE_LENGTH + " characters.");
        } else if (CardNumbers.anyIn(name) || CardNumbers.anyIn(written(value))) {
            fields.error(field, "card_number_refused", NO_CARD);
        } else if (isConsent(name) && !isClearConsent(name, value)) {
            fields.error(
                    field,
                    "invalid_preference",
                    "notifications.email and notifications.sms, in this spelling, are \"on\", true, \"off\" or false.");
        } else if (value.isNumber() && value.decimalValue().abs().compareTo(MAX_NUMBER) > 0) {
            fields.error(field, "out_of_range", "A number is at most " + MAX_NUMBER + ", and at least its negative.");
        } else if (value.isNumber()) {
            return value.isIntegralNumber() && value.canConvertToLong()
                    ? (Object) value.longValue()
                    : value.decimalValue();
        } else if (!value.isNull()) {
            return value.isBoolean() ? (Object) value.booleanValue() : value.textValue();
        }
        return null;
    }

    /**
     * Excludes characters beyond Unicode's basic plane too: Jackson writes such a character in a field name as two
     * escapes and then refuses to read them, so that the workflow's input would be unreadable.
     */
    private static boolean isPlainName(String name) {
        return TextRules.isPlain(name) && name.codePoints().noneMatch(Character::isSupplementaryCodePoint);
    }

    /** Whether the name, however it is spelt, is meant for a consent to messages. */
    private static boolean isConsent(String name) {
        String plain = consentName(name);
        return plain.equals(CONSENTS) || plain.startsWith(CONSENTS + ".");
    }

    /** An ambiguous consent is refused, so that no message is sent by mistake. */
    private static boolean isClearConsent(String name, JsonNode value) {
        boolean clear = value.isBoolean() || (value.isTextual() && CONSENT_WORDS.contains(value.textValue()));
        return clear && name.equals(consentName(name)) && !name.equals(CONSENTS);
    }

    private static String consentName(String name) {
        return TextRules.visible(Normalizer.normalize(name, Normalizer.Form.NFKC))
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    /** The integer part of a number: the decimals are never a card number, however many there are. */
    private static String written(JsonNode value) {
        return value.isNumber() ? value.decimalValue().toBigInteger().toString() : value.asText();
    }

    /** Whether it is short when written without an exponent, as it is passed on; any double is. */
    private static boolean isShort(BigDecimal number) {
        return Math.max(number.precision(), number.precision() - (long) number.scale()) <= PREFERENCE_LENGTH
                && number.scale() <= DECIMALS;
    }

    private static @Nullable String free(ObjectReader fields, String name, @Nullable String text) {
        return fields.checked(name, text, value -> !CardNumbers.anyIn(value), "card_number_refused", NO_CARD);
    }

    private static @Nullable String shorterThan(ObjectReader fields, String name, @Nullable String text, int most) {
        return fields.checked(
                name, text, value -> TextRules.isAtMost(value, most), "too_long", "At most " + most + " characters.");
    }

    private static Set<String> known(String... names) {
        return new TreeSet<>(List.of(names));
    }
}
