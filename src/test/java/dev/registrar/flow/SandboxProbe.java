package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The sandbox's record of requests and effects, and its faults. */
public final class SandboxProbe {

    private final WebClient web;

    public SandboxProbe(WebClient web) {
        this.web = web;
    }

    /** Replaces all faults with this body of {@code PUT /sandbox/faults}. */
    public void faults(String json) {
        assertThat(web.call("PUT", "/sandbox/faults", json).status()).isEqualTo(200);
    }

    public void noFaults() {
        web.call("DELETE", "/sandbox/faults", "");
    }

    /** All entries so far, in order. */
    public List<Entry> ledger() {
        return ledgerAfter(0);
    }

    /** The entries after this sequence number, in order. */
    public List<Entry> ledgerAfter(long seq) {
        List<Entry> entries = new ArrayList<>();
        for (JsonNode node : web.get("/sandbox/ledger?after=" + seq).json()) {
            entries.add(new Entry(
                    node.path("seq").asLong(),
                    Instant.parse(node.path("at").asText()),
                    node.path("service").asText() + "." + node.path("operation").asText(),
                    node.path("idempotencyKey").asText(null),
                    node.path("userId").asText(""),
                    node.path("status").asInt(),
                    node.path("effect").asBoolean(),
                    node.path("replay").asText(null),
                    amount(node.path("amount")),
                    node.path("fault").asText("")));
        }
        return entries;
    }

    /** Entries of users with this prefix. */
    List<Entry> ledgerOf(String userPrefix) {
        return ledger().stream()
                .filter(entry -> entry.userId().startsWith(userPrefix))
                .toList();
    }

    /** How often this operation, for example {@code payment.charge}, took effect for each of these users. */
    Map<String, Long> effects(String operation, String userPrefix) {
        return ledgerOf(userPrefix).stream()
                .filter(entry -> entry.effect() && entry.operation().equals(operation))
                .collect(Collectors.groupingBy(Entry::userId, Collectors.counting()));
    }

    /** Whether the provider has a profile of this user. */
    public boolean hasProfile(String userId) {
        return web.get("/profile/profiles/" + userId).status() == 200;
    }

    /** The net payments of a user: charged minus refunded. */
    public BigDecimal net(String userId) {
        return balance(userId).path("net").decimalValue();
    }

    /** How many payments of a user were captured. */
    public int charges(String userId) {
        return balance(userId).path("charges").asInt();
    }

    /** The id of the registration that made a user's profile; empty if there is no profile. */
    String profileOwner(String userId) {
        return web.get("/profile/profiles/" + userId).text("registrationId");
    }

    /** Returns a user's only charge at the gateway, bypassing the service. */
    public void refundBehindItsBack(String userId) {
        Entry charge = ledgerOf(userId).stream()
                .filter(entry -> entry.effect() && entry.operation().equals("payment.charge"))
                .findFirst()
                .orElseThrow();
        JsonNode payments =
                web.get("/payment/payments?idempotencyKey=" + charge.key()).json();
        String transaction = payments.findValuesAsText("transactionId").get(0);
        String body = "{\"amount\": " + charge.amount() + ", \"currency\": \"USD\"}";
        assertThat(web.call(
                                "POST",
                                "/payment/payments/" + transaction + "/refunds",
                                body,
                                "Content-Type",
                                "application/json",
                                "Idempotency-Key",
                                "behind:" + userId)
                        .status())
                .isLessThan(300);
    }

    /** Deletes a user's profile at the provider, bypassing the service. */
    public void deleteProfile(String userId) {
        assertThat(web.call("DELETE", "/profile/profiles/" + userId, "").status())
                .isEqualTo(204);
    }

    private JsonNode balance(String userId) {
        return web.get("/sandbox/summary?userId=" + userId)
                .json()
                .path("users")
                .path(userId)
                .path("USD");
    }

    private static BigDecimal amount(JsonNode amount) {
        return amount.isNumber() || amount.isTextual() ? new BigDecimal(amount.asText()) : BigDecimal.ZERO;
    }

    /**
     * @param status of the response; 0 if none was sent
     * @param replay why a known key had no effect; null if the key was new
     * @param amount what was captured or refunded; 0 if the operation moves no money
     * @param fault the kind of fault that struck the request; empty if none did
     */
    public record Entry(
            long seq,
            Instant at,
            String operation,
            @Nullable String key,
            String userId,
            int status,
            boolean effect,
            @Nullable String replay,
            BigDecimal amount,
            String fault) {}
}
