package dev.registrar.flow;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Registrations whose charge or profile comes late: the response to the first request is lost, and the effect follows.
 */
final class LateFaults {

    private static final Duration STRIKE_LIMIT = Duration.ofSeconds(60);

    private final RegistrarProcess service;

    LateFaults(RegistrarProcess service) {
        this.service = service;
    }

    /**
     * Registers a user and returns once the fault has fired: the list of faults is replaced for the next one.
     *
     * @param operation of the service, for example {@code charge}
     * @return the id of the registration
     */
    String register(String user, String providerService, String operation, int millis) {
        service.sandbox()
                .faults(
                        "[{\"service\":\"%s\",\"operation\":\"%s\",\"userId\":\"%s\",\"kind\":\"late\",\"millis\":%d,\"times\":1}]"
                                .formatted(providerService, operation, user, millis));
        String id = service.client().register(user);
        Poll.until(
                "the first send of " + user + " is lost",
                STRIKE_LIMIT,
                () -> service.sandbox().ledgerOf(user).stream()
                        .anyMatch(entry -> entry.operation().equals(providerService + "." + operation)
                                && entry.status() == 0
                                && !entry.effect()));
        return id;
    }

    /** When a user's charge took effect; empty if it has not. */
    Optional<Instant> charged(String user) {
        return service.sandbox().ledgerOf(user).stream()
                .filter(entry -> entry.operation().equals("payment.charge") && entry.effect())
                .map(SandboxProbe.Entry::at)
                .findFirst();
    }
}
