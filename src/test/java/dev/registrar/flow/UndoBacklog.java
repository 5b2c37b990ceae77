package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Registrations that were charged and then cancelled while refunds failed: work for an operator. */
final class UndoBacklog {

    /** E-mails are delayed, so that there is time for a cancel; refunds fail. */
    private static final String FAULTS = """
            [{"service": "email", "kind": "status", "status": 503, "retryAfter": 30},
             {"service": "payment", "operation": "refund", "kind": "status", "status": 503}]""";

    /** Reading the whole ledger more often would slow down the repair being measured. */
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** Few enough to cancel each before its messages are given up. */
    private static final int AT_ONCE = 40;

    private final RegistrarProcess service;
    private final String prefix;
    private final List<String> users;
    private final List<String> ids;

    private UndoBacklog(RegistrarProcess service, String prefix, List<String> users, List<String> ids) {
        this.service = service;
        this.prefix = prefix;
        this.users = users;
        this.ids = ids;
    }

    /** Creates a backlog and returns once all of it needs attention; the faults stay as they are then. */
    static UndoBacklog make(RegistrarProcess service, String prefix, int count) {
        service.sandbox().faults(FAULTS);
        List<String> users = RegistrationClient.users(prefix, count);
        List<String> ids = new ArrayList<>();
        for (int from = 0; from < count; from += AT_ONCE) {
            List<String> some = users.subList(from, Math.min(count, from + AT_ONCE));
            ids.addAll(service.client().registerAtOnce(some));
            cancelOnceCharged(service, some, ids.subList(from, ids.size()));
        }
        UndoBacklog backlog = new UndoBacklog(service, prefix, users, ids);
        backlog.await("NEEDS_ATTENTION");
        return backlog;
    }

    private static void cancelOnceCharged(RegistrarProcess service, List<String> users, List<String> ids) {
        Set<String> cancelled = new HashSet<>();
        Poll.every(
                BETWEEN_LOOKS,
                "all are charged and cancelled",
                LIMIT,
                () -> {
                    Set<String> charged =
                            service.sandbox().effects("payment.charge", "").keySet();
                    for (int i = 0; i < users.size(); i++) {
                        if (charged.contains(users.get(i)) && cancelled.add(users.get(i))) {
                            service.client().cancel(ids.get(i));
                        }
                    }
                    return cancelled.size() == users.size();
                },
                () -> cancelled.size() + " cancelled");
    }

    List<String> ids() {
        return ids;
    }

    Map<String, Long> statuses() {
        return service.database().statuses(prefix);
    }

    void await(String status) {
        Poll.every(
                BETWEEN_LOOKS,
                "all are " + status,
                LIMIT.plusMillis(500L * users.size()),
                () -> statuses().equals(Map.of(status, (long) users.size())),
                () -> statuses().toString());
    }

    /** Effects of this operation by user. */
    Map<String, Long> effects(String operation) {
        return service.sandbox().effects(operation, prefix);
    }

    Map<String, Long> onceEach() {
        return users.stream().collect(Collectors.toMap(Function.identity(), user -> 1L));
    }

    /** Nothing was undone, and all of it still needs attention. */
    void assertUntouched() {
        assertThat(statuses()).isEqualTo(Map.of("NEEDS_ATTENTION", (long) users.size()));
        assertThat(effects("payment.refund")).isEmpty();
        assertThat(effects("profile.delete")).isEmpty();
    }

    /** Charged once, refunded once, no profile, no account, cancelled. */
    void assertUndone() {
        assertThat(effects("payment.charge")).isEqualTo(onceEach());
        assertThat(effects("payment.refund")).isEqualTo(onceEach());
        assertThat(effects("profile.create")).isEqualTo(onceEach());
        assertThat(effects("profile.delete")).isEqualTo(onceEach());
        assertThat(users)
                .allSatisfy(user -> assertThat(service.sandbox().net(user)).isEqualByComparingTo(BigDecimal.ZERO));
        assertThat(service.database().accounts(prefix)).isZero();
        assertThat(statuses()).isEqualTo(Map.of("CANCELLED", (long) users.size()));
    }
}
