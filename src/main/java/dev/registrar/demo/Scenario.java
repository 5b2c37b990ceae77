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
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * One registration of the demonstration.
 *
 * @param name part of its user's id
 * @param story one line for the reader
 * @param paymentMethod the token it pays with
 * @param faults the faults injected during it, as a JSON array for {@code PUT /sandbox/faults}
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

    /** All scenarios, in the order in which they are sent. */
    static List<Scenario> all() {
        return List.of(good(), smsDown(), declined(), hangsOnce(), answerLost());
    }

    static Scenario good() {
        return completed(
                "good", "a good one: nothing goes wrong", "[]", messageSent("email"), messageSent("sms"), noErrors());
    }

    static Scenario smsDown() {
        return completed(
                "sms-down",
                "SMS is down: every request to it gets 500",
                """
                [{"service": "sms", "kind": "status", "status": 500}]""",
                messageSent("email"),
                triedInVain("sms", "sms", "send"),
                oneError("sms", "sms_"));
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
        return completed(
                "hangs-once",
                "the gateway hangs on the first charge and never answers it",
                """
                [{"service": "payment", "operation": "charge", "kind": "hang_before", "times": 1}]""",
                hungOnceThenCharged(),
                noErrors());
    }

    static Scenario answerLost() {
        return completed(
                "answer-lost",
                "the gateway charges, and its answer is lost on the way",
                """
                [{"service": "payment", "operation": "charge", "kind": "reset_after", "times": 1}]""",
                answerLostThenReplayed(),
                noErrors());
    }

    /** A scenario that completes in spite of the faults, with these additional rules. */
    private static Scenario completed(String name, String story, String faults, Rule... own) {
        Stream<Rule> before = Stream.of(endsAs("COMPLETED"), chargedOnce(PRICE, CURRENCY), profileAndAccountThere());
        Stream<Rule> after = Stream.of(nothingToUndo(), noKeyTwice());
        List<Rule> rules = Stream.of(before, Stream.of(own), after)
                .flatMap(Function.identity())
                .toList();
        return new Scenario(name, story, "pm_card_ok", faults, rules);
    }
}
