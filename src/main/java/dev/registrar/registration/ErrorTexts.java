package dev.registrar.registration;

import dev.registrar.model.Step;

/** One sentence for people per error code. */
final class ErrorTexts {

    private ErrorTexts() {}

    static String of(Step step, String code) {
        String service = step.code();
        return switch (code.substring(code.indexOf('_') + 1)) {
            case "unavailable" -> "The " + service + " service could not be reached.";
            case "rejected" -> "The " + service + " service refused the request.";
            case "unknown" -> "It is not known whether the " + service + " service did what was asked.";
            case "changed" ->
                "Another " + service + " provider is configured than the one that acted for this registration.";
            case "declined" -> "The payment was declined.";
            case "wrong_amount" -> "The gateway holds another amount than was requested.";
            case "duplicated" -> "The gateway held a further payment for this registration, which is refunded.";
            case "conflict" -> "The user has a profile created by another registration.";
            case "not_undoable" -> "The message was already sent and cannot be taken back.";
            default -> "The " + service + " step failed.";
        };
    }
}
