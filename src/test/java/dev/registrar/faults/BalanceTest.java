package dev.registrar.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.flow.SandboxProbe.Entry;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A ledger of one user shows what was wrong at the time, and nothing if all was right. */
final class BalanceTest {

    private static Entry effect(int seq, String call) {
        String[] parts = call.split(" ", -1);
        BigDecimal amount = new BigDecimal(parts.length > 2 ? parts[2] : "0");
        String fault = parts.length > 3 ? parts[3] : "";
        return new Entry(seq, Instant.EPOCH, parts[0], parts[1], "user", 201, true, null, amount, fault);
    }

    private static Balance of(String... calls) {
        return new Balance(IntStream.range(0, calls.length)
                .mapToObj(i -> effect(i, calls[i]))
                .toList());
    }

    static Stream<Arguments> right() {
        return Stream.of(
                Arguments.of((Object)
                        new String[] {"profile.create p", "payment.charge c 49.90", "email.send e", "sms.send s"}),
                Arguments.of((Object) new String[] {
                    "profile.create p", "payment.charge c 49.90", "payment.refund r 49.90", "profile.delete -"
                }),
                Arguments.of(
                        (Object) new String[] {"profile.create p", "profile.delete -", "payment.charge c 49.90 late"}),
                Arguments.of((Object) new String[] {
                    "profile.create p",
                    "payment.charge c 49.90 double",
                    "payment.charge c 49.90 double",
                    "payment.refund r 49.90"
                }));
    }

    @ParameterizedTest
    @MethodSource("right")
    void nothingIsWrongInARightLedger(String[] calls) {
        assertThat(of(calls).wrong()).isEmpty();
    }

    /** The gateway answered 402 although it took the money: nothing can be known until a comparison. */
    @Test
    void chargeThatTheGatewayDeniedIsNoReasonToKeepTheProfile() {
        assertThat(of("profile.create p", "payment.charge c 49.90 decline_after", "profile.delete -")
                        .wrong())
                .isEmpty();
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of(
                        "I2", new String[] {"profile.create p", "payment.charge c 49.90", "payment.charge d 49.90"}),
                Arguments.of(
                        "I2", new String[] {"profile.create p", "payment.charge c 49.90", "payment.refund r 99.80"}),
                Arguments.of("I3", new String[] {"payment.charge c 49.90"}),
                Arguments.of("I3", new String[] {"profile.create p", "payment.charge c 49.90", "profile.delete -"}),
                Arguments.of("I4", new String[] {
                    "profile.create p", "payment.charge c 49.90", "payment.refund r 20", "payment.refund r 20"
                }),
                Arguments.of("I6", new String[] {"email.send e", "email.send e"}),
                Arguments.of("I6", new String[] {"sms.send s", "sms.send s"}));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void whatIsWrongIsNamedByItsInvariant(String invariant, String[] calls) {
        assertThat(of(calls).wrong()).containsOnlyKeys(invariant);
    }

    @Test
    void netIsChargesMinusRefunds() {
        Balance balance = of("profile.create p", "payment.charge c 49.90", "payment.refund r 9.90");

        assertThat(balance.net()).isEqualByComparingTo("40");
        assertThat(balance.profile()).isTrue();
        assertThat(List.copyOf(balance.wrong().values())).isEmpty();
    }
}
