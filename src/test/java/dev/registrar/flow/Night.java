package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a night of outages leaves behind: registrations that were cancelled after their charge while refunds were down, payments
 * of which half reached the gateway and nobody got an answer, and registrations whose text message could not be sent.
 */
final class Night {

    private static final String NO_REFUNDS =
            "{\"service\":\"payment\",\"operation\":\"refund\",\"kind\":\"status\",\"status\":503}";
    private static final String NO_ANSWERS = """
            [%s, {"service":"payment","operation":"charge","kind":"%s"},
             {"service":"payment","operation":"find","kind":"status","status":503},
             {"service":"payment","operation":"void","kind":"status","status":503}]""";
    private static final String NO_TEXTS = """
            [%s, {"service":"payment","operation":"find","kind":"status","status":503},
             {"service":"payment","operation":"void","kind":"status","status":503},
             {"service":"sms","kind":"status","status":503}]""";

    private final RegistrarProcess service;
    private final String prefix;
    private final String charged;
    private final String notCharged;
    private final String silent;
    private final UndoBacklog refunds;
    private final int unknown;
    private final int texts;

    private Night(RegistrarProcess service, String prefix, int refunds, int unknown, int texts) {
        this.service = service;
        this.prefix = prefix;
        charged = prefix + "charged-";
        notCharged = prefix + "not-charged-";
        silent = prefix + "silent-";
        this.refunds = UndoBacklog.make(service, prefix + "refund-", refunds);
        this.unknown = unknown;
        this.texts = texts;
    }

    /**
     * Returns when everything is open, and all providers are back.
     *
     * @param refunds registrations that wait for their refund
     * @param unknown payments whose outcome is unknown, an even number
     * @param texts completed registrations without their text message
     */
    static Night make(RegistrarProcess service, int refunds, int unknown, int texts) {
        return make(service, "night-", refunds, unknown, texts);
    }

    /** @param prefix of its users: a service can have several nights */
    static Night make(RegistrarProcess service, String prefix, int refunds, int unknown, int texts) {
        Night night = new Night(service, prefix, refunds, unknown, texts);
        // An open breaker would keep some charges from being sent.
        service.operator().change("circuit-breakers", "service", "payment", "action", "force-closed", "for", "10 min");
        night.loseAnswers(night.charged, "reset_after");
        night.loseAnswers(night.notCharged, "reset_before");
        night.await(night.charged, "NEEDS_ATTENTION", unknown / 2);
        night.await(night.notCharged, "NEEDS_ATTENTION", unknown / 2);
        service.sandbox().faults(NO_TEXTS.formatted(NO_REFUNDS));
        service.client().registerAtOnce(RegistrationClient.users(night.silent, texts));
        night.await(night.silent, "COMPLETED", texts);
        assertThat(service.sandbox().effects("sms.send", night.silent)).isEmpty();
        service.sandbox().noFaults();
        service.operator().change("circuit-breakers", "service", "payment", "action", "reset");
        return night;
    }

    private void loseAnswers(String group, String kind) {
        service.sandbox().faults(NO_ANSWERS.formatted(NO_REFUNDS, kind));
        List<String> users = RegistrationClient.users(group, unknown / 2);
        service.client().registerAtOnce(users);
        Poll.until(
                "every charge was asked for",
                Duration.ofMinutes(2),
                () -> users.stream()
                        .allMatch(user -> service.sandbox().ledgerOf(user).stream()
                                .anyMatch(entry -> entry.operation().equals("payment.charge"))));
    }

    /** Rows of undo work that are open. */
    int rows() {
        return refunds.ids().size() + unknown;
    }

    /** What may have to be given back. */
    BigDecimal atRisk() {
        return new BigDecimal(RegistrationClient.AMOUNT).multiply(BigDecimal.valueOf(rows()));
    }

    int texts() {
        return texts;
    }

    /** Waits until all undo work is done; the messages are not part of it. */
    void awaitRepaired() {
        refunds.await("CANCELLED");
        await(charged, "COMPLETED", unknown / 2);
        await(notCharged, "FAILED", unknown / 2);
    }

    /** Waits until every text message was sent. */
    void awaitTexts() {
        Poll.until(
                "every text was sent",
                Duration.ofMinutes(2),
                () -> service.sandbox().effects("sms.send", silent).size() == texts,
                () -> service.sandbox().effects("sms.send", silent).size() + " of " + texts);
    }

    /** Each was charged once or not at all, refunded once if it was cancelled, and got each message once at most. */
    void assertNoDoubleEffects() {
        refunds.assertUndone();
        for (String operation :
                List.of("profile.create", "payment.charge", "payment.refund", "email.send", "sms.send")) {
            Map<String, Long> effects = service.sandbox().effects(operation, prefix);
            assertThat(effects.values()).as(operation).isNotEmpty().containsOnly(1L);
        }
        assertNet(charged, new BigDecimal(RegistrationClient.AMOUNT));
        assertThat(service.sandbox().effects("payment.charge", notCharged)).isEmpty();
    }

    private void assertNet(String group, BigDecimal expected) {
        assertThat(RegistrationClient.users(group, unknown / 2))
                .isNotEmpty()
                .allSatisfy(user -> assertThat(service.sandbox().net(user)).isEqualByComparingTo(expected));
    }

    private void await(String group, String status, int count) {
        Poll.every(
                Duration.ofMillis(500),
                count + " of " + group + " are " + status,
                Duration.ofMinutes(5),
                () -> service.database().statuses(group).equals(Map.of(status, (long) count)),
                () -> service.database().statuses(group).toString());
    }
}
