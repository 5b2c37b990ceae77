package dev.registrar.notification;

import java.time.Duration;

/**
 * What a messenger promises.
 *
 * @param dedupesFor for how long the same key sends one message; zero: a message whose outcome is unknown must not be
 *     sent again
 */
public record MessageGuarantees(Duration dedupesFor) {

    public static final MessageGuarantees NONE = new MessageGuarantees(Duration.ZERO);

    public boolean dedupes() {
        return !dedupesFor.isZero();
    }
}
