package dev.registrar.bench;

import java.util.UUID;

/** A user to register, with the same data for all contestants. */
record NewUser(UUID registrationId, String userId, String email, String fullName, String phoneNumber) {

    static final String AMOUNT = "49.90";
    static final String CURRENCY = "USD";
    static final String PAYMENT_METHOD = "pm_card_ok";
    static final String DESCRIPTION = "Annual plan";

    static NewUser of(String userId) {
        return new NewUser(UUID.randomUUID(), userId, userId + "@example.com", "Ada Lovelace", "+14155550101");
    }

    /** The body of {@code POST /v1/registrations}. */
    String json() {
        return """
                {"userProfile": {"userId": "%s", "email": "%s", "fullName": "%s", "phoneNumber": "%s",
                "preferences": {"locale": "en", "newsletter": true}},
                "payment": {"amount": %s, "currency": "%s", "paymentMethod": "%s", "description": "%s"}}
                """.formatted(userId, email, fullName, phoneNumber, AMOUNT, CURRENCY, PAYMENT_METHOD, DESCRIPTION);
    }
}
