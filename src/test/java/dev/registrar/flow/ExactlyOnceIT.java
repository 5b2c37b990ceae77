package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many concurrent registrations with a gateway that loses answers. */
@Tag("integration")
final class ExactlyOnceIT {

    @RegisterExtension
    static final SharedRegistrar REGISTRAR = new SharedRegistrar();

    private static final int COUNT = 200;

    @Test
    void registrationsAtOnceAreChargedOnceEachThoughATenthOfTheAnswersIsLost() {
        List<String> users = RegistrationClient.users("once-", COUNT);
        REGISTRAR
                .sandbox()
                .faults(
                        "[{\"service\":\"payment\",\"operation\":\"charge\",\"kind\":\"reset_after\",\"probability\":0.1}]");

        REGISTRAR.client().registerAtOnce(users);
        Poll.until(
                "all are completed",
                Duration.ofSeconds(60),
                () -> REGISTRAR.database().statuses("once-").equals(Map.of("COMPLETED", (long) COUNT)),
                () -> REGISTRAR.database().statuses("once-").toString());

        Map<String, Long> once = users.stream().collect(Collectors.toMap(user -> user, user -> 1L));
        SandboxProbe sandbox = REGISTRAR.sandbox();
        assertThat(sandbox.effects("payment.charge", "once-")).isEqualTo(once);
        assertThat(sandbox.effects("profile.create", "once-")).isEqualTo(once);
        assertThat(sandbox.effects("payment.refund", "once-")).isEmpty();
        assertThat(sandbox.net(users.get(0))).isEqualByComparingTo(new BigDecimal(RegistrationClient.AMOUNT));
        assertThat(REGISTRAR.database().accounts("once-")).isEqualTo(COUNT);
        List<SandboxProbe.Entry> lost = sandbox.ledgerOf("once-").stream()
                .filter(entry -> entry.operation().equals("payment.charge") && entry.status() == 0)
                .toList();
        assertThat(lost).as("answers that were lost after the charge").hasSizeBetween(5, 60);
    }
}
