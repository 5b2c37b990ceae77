package dev.registrar.demo;

import static dev.registrar.demo.Rule.answerLostThenReplayed;
import static dev.registrar.demo.Rule.chargedOnce;
import static dev.registrar.demo.Rule.endsAs;
import static dev.registrar.demo.Rule.hungOnceThenCharged;
import static dev.registrar.demo.Rule.messageSent;
import static dev.registrar.demo.Rule.neverCharged;
import static dev.registrar.demo.Rule.noErrors;
import static dev.registrar.demo.Rule.noKeyTwice;
import static dev.registrar.demo.Rule.nothingToUndo;
import static dev.registrar.demo.Rule.oneError;
import static dev.registrar.demo.Rule.profileAndAccountGone;
import static dev.registrar.demo.Rule.profileAndAccountThere;
import static dev.registrar.demo.Rule.triedInVain;
import static dev.registrar.demo.Rule.undone;

import dev.registrar.demo.Rule.Check;
import dev.registrar.demo.Rule.Evidence;
import java.math.BigDecimal;
import java.util.List;

/**
 * One registration of the demonstration.
 *
 * @param name part of its user's id
 * @param story one line for the reader
 * @param paymentMethod the token it pays with
 * @param faults the faults injected meanwhile, as a JSON array for {@code PUT /sandbox/faults}
 * @param rules how it should end
 */
record Scenario(String name, String story, String paymentMethod, String faults, List<Rule> rules) {

    static final BigDecimal PRICE = new BigDecimal("49.90");
    static final String CURRENCY = "USD";

    Scenario {
        rules = List.copyOf(rules);
    }

    List<Check> judge(Evidence evidence) {
        return rules.stream().map(rule -> rule.judge(evidence)).toList();
    }

    /** All of them, in the order in which they are sent. */
    static List<Scenario> all() {
        return List.of(good(), smsDown(), declined(), hangsOnce(), answerLost());
    }

    static Scenario good() {
        return new Scenario(
                "good",
                "a good one: nothing goes wrong",
                "pm_card_ok",
                "[]",
                List.of(
                        endsAs("COMPLETED"),
                        chargedOnce(PRICE, CURRENCY),
                        profileAndAccountThere(),
                        messageSent("email"),
                        messageSent("sms"),
                        noErrors(),
                        nothingToUndo(),
                        noKeyTwice()));
    }

    static Scenario smsDown() {
        return new Scenario(
                "sms-down",
                "SMS is down: every request to it gets 500",
                "pm_card_ok",
                "[{\"service\": \"sms\", \"kind\": \"status\", \"status\": 500}]",
                List.of(
                        endsAs("COMPLETED"),
                        chargedOnce(PRICE, CURRENCY),
                        profileAndAccountThere(),
                        messageSent("email"),
                        triedInVain("sms", "sms", "send"),
                        oneError("sms", "sms_"),
                        nothingToUndo(),
                        noKeyTwice()));
    }

    static Scenario declined() {
        return new Scenario(
                "declined",
                "the card is declined",
                "pm_card_declined",
                "[]",
                List.of(
                        endsAs("FAILED"),
                        neverCharged(),
                        profileAndAccountGone(),
                        oneError("payment", "payment_declined"),
                        undone("delete_profile"),
                        noKeyTwice()));
    }

    static Scenario hangsOnce() {
        return new Scenario(
                "hangs-once",
                "the gateway hangs on the first charge and never answers it",
                "pm_card_ok",
                "[{\"service\": \"payment\", \"operation\": \"charge\", \"kind\": \"hang_before\", \"times\": 1}]",
                List.of(
                        endsAs("COMPLETED"),
                        hungOnceThenCharged(),
                        chargedOnce(PRICE, CURRENCY),
                        profileAndAccountThere(),
                        noErrors(),
                        nothingToUndo(),
                        noKeyTwice()));
    }

    static Scenario answerLost() {
        return new Scenario(
                "answer-lost",
                "the gateway charges, and its answer is lost on the way",
                "pm_card_ok",
                "[{\"service\": \"payment\", \"operation\": \"charge\", \"kind\": \"reset_after\", \"times\": 1}]",
                List.of(
                        endsAs("COMPLETED"),
                        answerLostThenReplayed(),
                        chargedOnce(PRICE, CURRENCY),
                        profileAndAccountThere(),
                        noErrors(),
                        nothingToUndo(),
                        noKeyTwice()));
    }
}
