package dev.registrar.sandbox;

import com.fasterxml.jackson.databind.SequenceWriter;
import dev.registrar.sandbox.Reply.RefusalException;
import dev.registrar.sandbox.ReplySender.Exchange;
import dev.registrar.sandbox.RequestLedger.LedgerEntry;
import dev.registrar.sandbox.RequestLedger.LedgerEntry.KeyUse;
import dev.registrar.sandbox.RequestLedger.SandboxSummary;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;

/**
 * The control API under {@code /sandbox}: the history of requests, and the faults to inject.
 *
 * <ul>
 *   <li>{@code GET /sandbox/ledger?key=&userId=&service=&after=}: every request in order; {@code after} a seq.
 *   <li>{@code DELETE /sandbox/ledger}: empties the ledger and the counts. Profiles, payments, keys and the sequence stay.
 *   <li>{@code GET /sandbox/summary?userId=}: {@link SandboxSummary}.
 *   <li>{@code PUT /sandbox/faults} with an array of {@link Fault}: replaces all; {@code GET} shows what is left of each,
 *       {@code DELETE} removes all.
 * </ul>
 */
final class ControlHandler {

    private final Simulator simulator;
    private final FaultPlan faults;
    private final ReplySender sender;

    ControlHandler(Simulator simulator, FaultPlan faults, ReplySender sender) {
        this.simulator = simulator;
        this.faults = faults;
        this.sender = sender;
    }

    void handle(Exchange exchange, List<String> segments, byte[] body) throws IOException {
        String resource = segments.size() == 2 ? segments.get(1) : "";
        String method = exchange.request().getMethod();
        switch (resource) {
            case "ledger" -> ledger(exchange, method);
            case "summary" -> {
                allow(method, "GET");
                String userId = CallReader.query(exchange.request()).getValue("userId");
                sender.send(exchange, Reply.json(200, simulator.summary(userId)));
            }
            case "faults" -> sender.send(exchange, faults(method, body));
            default -> throw new RefusalException(404, "not_found", "no such path");
        }
    }

    private Reply faults(String method, byte[] body) {
        allow(method, "GET", "PUT", "DELETE");
        if (method.equals("DELETE")) {
            faults.replace(List.of());
            return Reply.noContent();
        }
        if (method.equals("PUT")) {
            faults.replace(FaultReader.read(JsonCodec.read(body)));
        }
        return Reply.json(200, faults.left());
    }

    private void ledger(Exchange exchange, String method) throws IOException {
        allow(method, "GET", "DELETE");
        if (method.equals("DELETE")) {
            simulator.clearLedger();
            sender.send(exchange, Reply.noContent());
            return;
        }
        Fields query = CallReader.query(exchange.request());
        String service = blankToNull(query.getValue("service"));
        if (service != null && !Operation.SERVICES.contains(service)) {
            throw RefusalException.invalid("service must be one of " + Operation.SERVICES);
        }
        List<LedgerEntry> entries = simulator.ledger(
                blankToNull(query.getValue("key")),
                blankToNull(query.getValue("userId")),
                service,
                after(query.getValue("after")));
        write(exchange, entries);
    }

    /** Writes in chunks, on this thread, because a long ledger would not fit into the heap at once. */
    private static void write(Exchange exchange, List<LedgerEntry> entries) throws IOException {
        exchange.response().setStatus(200);
        exchange.response().getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        try (OutputStream out = Content.Sink.asOutputStream(exchange.response());
                SequenceWriter json = JsonCodec.array(out)) {
            for (LedgerEntry entry : entries) {
                json.write(shown(entry));
            }
        }
        exchange.callback().succeeded();
    }

    private static Map<String, @Nullable Object> shown(LedgerEntry entry) {
        Map<String, @Nullable Object> shown = new LinkedHashMap<>();
        shown.put("seq", entry.seq());
        shown.put("at", Instant.ofEpochMilli(entry.at()).toString());
        shown.put("service", entry.operation().service());
        shown.put("operation", entry.operation().verb());
        shown.put("idempotencyKey", entry.key());
        shown.put("userId", entry.userId());
        shown.put("amount", entry.amount());
        shown.put("currency", entry.currency());
        shown.put("reference", entry.reference());
        shown.put("status", entry.status());
        shown.put("effect", entry.effect());
        shown.put("fault", entry.fault());
        KeyUse keyUse = entry.keyUse();
        shown.put("replay", keyUse == null ? null : keyUse.name().toLowerCase(Locale.ROOT));
        shown.put("of", entry.of());
        return shown;
    }

    private static void allow(String method, String... allowed) {
        Set<String> methods = Set.of(allowed);
        if (!methods.contains(method)) {
            throw RefusalException.methodNotAllowed(methods);
        }
    }

    private static long after(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return 0;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw RefusalException.invalid("after must be a seq");
        }
    }

    private static @Nullable String blankToNull(@Nullable String text) {
        return text == null || text.isBlank() ? null : text;
    }
}
