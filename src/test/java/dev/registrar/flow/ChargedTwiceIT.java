package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.flow.SandboxProbe.Entry;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A gateway that confirms one payment and has made two. */
@Tag("faults")
final class ChargedTwiceIT {

    @RegisterExtension
    static final SharedRegistrar REGISTRAR = new SharedRegistrar();

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String USER = "charged-twice";

    @Test
    void cancelRefundsBothPaymentsBeforeTheProfileIsDeleted() {
        REGISTRAR
                .sandbox()
                .faults("[{\"service\":\"email\",\"operation\":\"send\",\"kind\":\"latency\",\"millis\":1500}]");
        String id = REGISTRAR
                .client()
                .postLater(RegistrationClient.body(USER, "pm_charged_twice"))
                .join()
                .text("id");
        Poll.until("the user was charged", LIMIT, () -> REGISTRAR.sandbox().charges(USER) > 0);

        assertThat(REGISTRAR.client().cancel(id).status()).isEqualTo(202);

        assertThat(REGISTRAR.client().awaitSettled(id, LIMIT).text("status")).isEqualTo("CANCELLED");
        assertThat(REGISTRAR.sandbox().net(USER)).isEqualByComparingTo(BigDecimal.ZERO);
        List<String> undone = REGISTRAR.sandbox().ledgerOf(USER).stream()
                .filter(entry -> entry.effect()
                        && (entry.operation().equals("payment.refund")
                                || entry.operation().equals("profile.delete")))
                .map(Entry::operation)
                .toList();
        assertThat(undone).containsExactly("payment.refund", "payment.refund", "profile.delete");
    }
}
