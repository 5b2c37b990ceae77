package dev.registrar.sandbox;

import dev.registrar.sandbox.Outcome.Moment;
import dev.registrar.sandbox.Outcome.Subject;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The e-mail and the SMS provider: accept every message; the ledger is what they remember. */
final class MessageDesk {

    private final RandomGenerator random;
    private final PaymentBook payments;

    /** @param payments tells whose message it is: messages themselves carry only a reference */
    MessageDesk(RandomGenerator random, PaymentBook payments) {
        this.random = random;
        this.payments = payments;
    }

    Outcome decide(ProviderCall call, Moment now) {
        String reference = call.text("reference");
        String messageId =
                "msg_" + Long.toHexString(random.nextLong()) + "_" + Long.toString(now.seq(), Character.MAX_RADIX);
        Subject subject = new Subject(payments.userOf(reference).orElse(null), null, null, reference);
        return Outcome.done(Reply.json(201, Map.of("messageId", messageId, "status", "accepted")), subject, null);
    }
}
