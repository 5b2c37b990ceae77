package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Registrations that are paid and then wait in their welcome messages, so that a test can interfere halfway. */
final class HeldRegistrations {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** 503 with this {@code Retry-After}: the step waits this long, and a second wait would exceed its patience. */
    private static final String EMAIL_LATER =
            "{\"service\":\"email\",\"kind\":\"status\",\"status\":503,\"retryAfter\":5,\"times\":%d}";

    private HeldRegistrations() {}

    /**
     * Registers the users and returns once each is charged and its e-mail is delayed by 5 s. Replaces the sandbox's
     * faults. Returns the registration ids in the order of the users.
     */
    static List<String> of(RegistrarProcess service, List<String> users) {
        SandboxProbe sandbox = service.sandbox();
        sandbox.faults("[" + EMAIL_LATER.formatted(users.size()) + "]");
        List<String> ids = service.client().registerAtOnce(users);
        Poll.until(
                "all e-mails were put off",
                LIMIT,
                () -> sandbox.ledger().stream()
                                .filter(entry -> entry.status() == 503
                                        && entry.key() != null
                                        && ids.contains(entry.key().replaceFirst("^email:", "")))
                                .count()
                        == ids.size());
        for (String user : users) {
            assertThat(sandbox.effects("payment.charge", user)).containsEntry(user, 1L);
        }
        return ids;
    }

    static String of(RegistrarProcess service, String user) {
        return of(service, List.of(user)).get(0);
    }

    /** One effect per user. */
    static Map<String, Long> oneEach(List<String> users) {
        return users.stream().collect(Collectors.toMap(user -> user, user -> 1L));
    }
}
