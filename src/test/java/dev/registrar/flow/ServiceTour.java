package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.database.DatabaseFiller;
import dev.registrar.flow.WebClient.Answer;
import dev.registrar.model.RegistrationId;
import dev.registrar.store.PageCursor;
import dev.registrar.store.RegistrationFilter.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Calls everything of a service with a filled database that reads or writes it: the REST interface, the console's routes and the
 * admin tasks, with each of their filters. Every read is repeated, until PostgreSQL chooses between a plan for the parameters and a
 * generic one.
 */
final class ServiceTour {

    /** The driver prepares a statement at its fifth execution, PostgreSQL considers a generic plan at its sixth after that. */
    private static final int REPETITIONS = 12;

    private static final int NEW_USERS = 20;
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final List<String> STATUSES =
            List.of("ACCEPTED", "RUNNING", "COMPLETED", "COMPENSATING", "FAILED", "CANCELLED", "NEEDS_ATTENTION");
    private static final List<String> ERROR_CODES =
            List.of("payment_declined", "payment_unavailable", "payment_unknown", "email_unavailable", "no_such_code");

    private final RegistrarProcess service;
    private final int registrations;

    ServiceTour(RegistrarProcess service, int registrations) {
        this.service = service;
        this.registrations = registrations;
    }

    void run() {
        registerAndCancel();
        readThroughRest();
        readThroughTheConsole();
        readThroughTasks();
        repair();
        watch();
        awaitPurge();
    }

    /** The number of the newest registration with this remainder by a hundred. */
    private int newest(int kind) {
        return registrations - 100 + kind;
    }

    private String id(int kind) {
        return DatabaseFiller.id(newest(kind)).toString();
    }

    private String undoId(int kind) {
        return DatabaseFiller.undoId("refund", newest(kind)).toString();
    }

    private Instant time(double share) {
        return Instant.now().minusSeconds((long) (30 * registrations * share));
    }

    private void registerAndCancel() {
        RegistrationClient client = service.client();
        client.registerAtOnce(RegistrationClient.users("tour-", NEW_USERS))
                .forEach(id -> assertThat(client.awaitSettled(id, LIMIT).text("status"))
                        .isEqualTo("COMPLETED"));
        for (int i = 0; i < 2; i++) {
            client.post(RegistrationClient.body("tour-key"), "Idempotency-Key", "tour");
        }
        List<String> undone = new ArrayList<>();
        for (String method : List.of("pm_card_declined", "pm_timeout_after_charge", "pm_pending_then_ok")) {
            String id = client.post(RegistrationClient.body("tour-" + method, method))
                    .text("id");
            assertThat(client.cancelLater(id).join().status()).isIn(202, 409);
            undone.add(id);
        }
        undone.forEach(id -> client.awaitSettled(id, LIMIT));
    }

    private void readThroughRest() {
        for (int kind : List.of(1, 7, 13, 29, 41)) {
            get(service.application(), "/v1/registrations/" + id(kind));
        }
        get(service.application(), "/v1/users/user-" + newest(1));
        for (String filter : filters()) {
            get(service.application(), "/v1/registrations?" + filter);
            get(service.application(), "/v1/registrations?cursor=" + cursor(0.5) + "&" + filter);
        }
    }

    /** For both lists of registrations. */
    private List<String> filters() {
        List<String> filters = new ArrayList<>(List.of("limit=50", "limit=200"));
        for (String status : STATUSES) {
            filters.add("status=" + status);
            filters.add("status=" + status + "&createdBefore=" + time(0.3));
        }
        for (String code : ERROR_CODES) {
            filters.add("errorCode=" + code);
            filters.add("errorCode=" + code + "&status=NEEDS_ATTENTION");
            filters.add("errorCode=" + code + "&createdAfter=" + time(0.1));
        }
        filters.add("userId=user-" + newest(17));
        filters.add("userId=user-" + newest(17) + "&status=FAILED");
        filters.add("createdAfter=" + time(0.01));
        filters.add("createdBefore=" + time(0.99));
        filters.add("createdAfter=" + time(0.6) + "&createdBefore=" + time(0.5));
        return filters;
    }

    private String cursor(double share) {
        return PageCursor.write(new Position(time(share), new RegistrationId(new UUID(0, 0))));
    }

    private void readThroughTheConsole() {
        WebClient admin = service.admin();
        for (String read : List.of("now", "history", "failures", "failures?since=P7D", "services", "workers")) {
            get(admin, "/console/api/" + read);
        }
        for (int kind : List.of(1, 7, 13, 29, 41)) {
            get(admin, "/console/api/registrations/" + id(kind));
        }
        for (String filter : filters()) {
            get(admin, "/console/api/registrations?" + filter);
        }
        for (String term :
                List.of(id(1), undoId(7), "user-" + newest(2), "txn_" + id(3), "txn_" + id(7), "no-such-thing")) {
            get(admin, "/console/api/registrations?q=" + term);
        }
    }

    private void readThroughTasks() {
        task("compensations");
        task("compensations", "limit", "200");
        for (String status : List.of("PLANNED", "OPEN", "RUNNING", "DONE", "RESOLVED")) {
            task("compensations", "status", status);
            task("compensations", "status", status, "olderThan", "1 d");
        }
        for (String action : List.of("refund", "delete_account", "delete_profile", "resolve_payment", "save_account")) {
            task("compensations", "action", action);
            task("compensations", "action", action, "status", "OPEN");
        }
        for (String selection : List.of("payment", "profile")) {
            task("compensations", "service", selection);
        }
        for (String code : ERROR_CODES) {
            task("compensations", "errorCode", code);
        }
        task("compensations", "olderThan", "1 d");
        task("compensations", "registration", id(7));
        note("compensation-replay", "status", "OPEN", "dryRun", "true");
        note("compensation-replay", "action", "refund", "errorCode", "payment_rejected", "dryRun", "true");
        note("compensation-replay", "id", undoId(7), "dryRun", "true");
        note("notification-resend", "service", "email", "dryRun", "true");
        note("notification-resend", "errorCode", "sms_unknown", "dryRun", "true");
        note("notification-resend", "createdAfter", time(0.05).toString(), "service", "sms", "dryRun", "true");
        task("compensation-batch");
        task("compensation-batch", "batch", DatabaseFiller.batchId(0).toString());
        task("audit");
        task("audit", "actor", "OPERATOR-1");
        task("audit", "actor", "nobody");
        task("audit", "action", "compensation-resolve");
        task("audit", "action", "erase");
        task("audit", "subject", id(50));
        task("audit", "subject", "registration:" + id(50));
        task("audit", "after", Instant.now().minus(Duration.ofDays(1)).toString());
        task("audit", "before", Instant.now().minus(Duration.ofDays(150)).toString());
        task("circuit-breakers");
        task("worker");
    }

    private void repair() {
        service.operator().change("registration-inquire", "id", id(7));
        service.operator()
                .change(
                        "reconcile",
                        "from",
                        Instant.now().minus(Duration.ofHours(2)).toString(),
                        "to",
                        Instant.now().minus(Duration.ofHours(1)).toString(),
                        "wait",
                        "1 s");
        service.operator().change("compensation-replay", "id", undoId(7));
        service.operator()
                .change(
                        "registration-cancel",
                        "id",
                        DatabaseFiller.id(newest(7) - 100).toString());
        service.operator().change("notification-resend", "id", id(3));
        service.operator().change("erase", "userId", "user-" + newest(1));
        assertThat(service.operator()
                        .task("registration-retry", "id", id(13), "actor", "ann", "reason", "INC-7")
                        .status())
                .isIn(200, 409);
    }

    private void watch() {
        for (String read : List.of("/healthcheck", "/ready", "/prometheus")) {
            get(service.admin(), read);
        }
    }

    /** Waits until everything past its retention is deleted. */
    private void awaitPurge() {
        for (String rows : List.of("idempotency_keys", "registrations", "audit")) {
            Poll.until(
                    "purged " + rows,
                    LIMIT,
                    () -> new MetricsPage(service.admin()
                                            .get("/prometheus")
                                            .response()
                                            .body())
                                    .sum("registrar_purged_rows_total", "rows=\"" + rows + "\"")
                            > 0);
        }
    }

    private void get(WebClient web, String path) {
        for (int i = 0; i < REPETITIONS; i++) {
            succeeded(path, web.get(path));
        }
    }

    private void task(String name, String... parameters) {
        for (int i = 0; i < REPETITIONS; i++) {
            succeeded(name + List.of(parameters), service.operator().task(name, parameters));
        }
    }

    private void note(String name, String... parameters) {
        for (int i = 0; i < REPETITIONS; i++) {
            service.operator().change(name, parameters);
        }
    }

    private static void succeeded(String call, Answer answer) {
        assertThat(answer.status()).as("%s: %s", call, answer).isEqualTo(200);
    }
}
