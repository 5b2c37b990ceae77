package dev.registrar.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.admin.RunningRegistrar.Answer;
import dev.registrar.admin.RunningRegistrar.Service;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Breakers, worker and health. */
@ExtendWith(RunningRegistrar.class)
class InstanceTasksTest {

    private static String state(Service service, String breaker) {
        return service.task("circuit-breakers", "service", breaker, "format", "json")
                .json()
                .path("items")
                .get(0)
                .path("state")
                .asText();
    }

    @Test
    void breakersAreListedAndAServiceNamesAllOfItsOwn(Service service) {
        Answer all = service.task("circuit-breakers");
        Answer payment = service.task("circuit-breakers", "service", "payment", "format", "json");

        assertThat(all.status()).isEqualTo(200);
        assertThat(all.body()).contains("payment-refund", "email", "sms", "profile");
        assertThat(payment.json().path("items").findValuesAsText("service"))
                .containsExactly("payment-charge", "payment-find", "payment-refund", "payment-void");
        assertThat(service.task("circuit-breakers", "service", "fax").status()).isEqualTo(404);
        assertThat(service.change("circuit-breakers", "action", "reset").status())
                .isEqualTo(400);
        assertThat(service.change("circuit-breakers", "service", "sms", "action", "force-open", "for", "P2D")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void forcedBreakerEndsByItselfAndShowsInTheHealthCheck(Service service) {
        Answer forced = service.change("circuit-breakers", "service", "email", "action", "force-open", "for", "PT2S");
        JsonNode health = service.send(service.admin("/healthcheck")).json().path("circuit-breakers");

        assertThat(forced.status()).isEqualTo(200);
        assertThat(forced.json().path("items").get(0).path("state").asText()).isEqualTo("FORCED_OPEN");
        assertThat(forced.json().path("items").get(0).path("until").isTextual()).isTrue();
        assertThat(health.path("degraded").asBoolean()).isTrue();
        assertThat(health.path("message").asText()).isEqualTo("email is FORCED_OPEN");
        service.await(() -> state(service, "email").equals("CLOSED"));
        assertThat(service.audits("circuit-breakers", "breaker:email")).isOne();
    }

    @Test
    void forcingPaymentForcesItsChargeOnly(Service service) {
        Answer forced = service.change("circuit-breakers", "service", "payment", "action", "force-open");
        String find = state(service, "payment-find");
        String refund = state(service, "payment-refund");
        service.change("circuit-breakers", "service", "payment-find", "action", "force-open");
        String findForced = state(service, "payment-find");
        service.change("circuit-breakers", "service", "payment", "action", "reset");
        service.change("circuit-breakers", "service", "payment-find", "action", "reset");

        assertThat(forced.json().path("items").findValuesAsText("service")).containsExactly("payment-charge");
        assertThat(forced.json().path("items").findValuesAsText("state")).containsExactly("FORCED_OPEN");
        assertThat(find).isEqualTo("CLOSED");
        assertThat(refund).isEqualTo("CLOSED");
        assertThat(findForced).isEqualTo("FORCED_OPEN");
    }

    @Test
    void forcedBreakerIsResetBeforeItsTime(Service service) {
        service.change("circuit-breakers", "service", "profile", "action", "force-closed");
        String held = state(service, "profile");

        Answer reset = service.change("circuit-breakers", "service", "profile", "action", "reset");

        assertThat(held).isEqualTo("FORCED_CLOSED");
        assertThat(reset.json().path("items").get(0).path("state").asText()).isEqualTo("CLOSED");
    }

    @Test
    void pausedWorkerTakesNoWorkUntilItIsResumed(Service service) {
        int before = workerAudits(service);

        Answer paused = service.change("worker", "action", "pause");
        service.change("worker", "action", "pause");
        Answer status = service.task("worker");
        JsonNode health = service.send(service.admin("/healthcheck")).json().path("worker");
        String metrics = service.send(service.admin("/prometheus")).body();
        Answer resumed = service.change("worker", "action", "resume");

        assertThat(paused.json().path("items").get(0).path("state").asText()).isEqualTo("PAUSED");
        assertThat(status.body()).contains("PAUSED");
        assertThat(health.path("degraded").asBoolean()).isTrue();
        assertThat(health.path("message").asText()).isEqualTo("PAUSED by an operator");
        assertThat(metrics).contains("registrar_worker_paused 1.0");
        assertThat(status.lastLine()).isEqualTo("OK 1");
        assertThat(resumed.json().path("items").get(0).path("state").asText()).isEqualTo("POLLING");
        assertThat(workerAudits(service) - before).isEqualTo(2);
    }

    @Test
    void workerIsPausingUntilTheCallsUnderWayHaveEnded(Service service) {
        service.faults("[{\"service\": \"payment\", \"operation\": \"charge\", \"kind\": \"latency\", \"millis\": 1900,"
                + " \"times\": 1}]");
        String id = service.register("pm_card_ok", 0).path("id").asText();
        service.await(() -> service.send(service.sandbox("/sandbox/faults"))
                        .json()
                        .path(0)
                        .path("times")
                        .asInt(1)
                == 0);

        Answer pausing = service.change("worker", "action", "pause");
        service.await(() -> workerState(service).equals("PAUSED"));
        String waiting = service.registration(id).path("status").asText();
        service.change("worker", "action", "resume");
        service.awaitStatus(id, "COMPLETED");

        assertThat(pausing.json().path("items").get(0).path("state").asText()).isEqualTo("PAUSING");
        assertThat(waiting).as("no further step began").isEqualTo("RUNNING");
    }

    private static int workerAudits(Service service) {
        return service.jdbi()
                .withHandle(handle -> handle.createQuery("SELECT count(*) FROM audit WHERE action = 'worker'")
                        .mapTo(Integer.class)
                        .one());
    }

    private static String workerState(Service service) {
        return service.task("worker", "format", "json")
                .json()
                .path("items")
                .get(0)
                .path("state")
                .asText();
    }

    @Test
    void healthCheckIsGreenAndSaysWhatIsDegraded(Service service) {
        JsonNode registration = service.register("pm_card_ok");
        service.leaveUndoOpen(registration);

        Answer health = service.send(service.admin("/healthcheck"));

        assertThat(health.status()).isEqualTo(200);
        assertThat(health.json().path("undo-work").path("degraded").asBoolean()).isTrue();
        assertThat(health.json().path("undo-work").path("message").asText()).contains("open row");
        assertThat(health.json().path("postgresql").path("degraded").isBoolean())
                .isTrue();
        assertThat(health.json().path("temporal").path("degraded").asBoolean(true))
                .isFalse();
    }

    @Test
    void instanceThatCanAcceptIsReady(Service service) {
        Answer ready = service.send(service.admin("/ready"));

        assertThat(ready.status()).isEqualTo(200);
        assertThat(ready.body()).isEqualTo("ready\n");
    }

    @Test
    void instanceIsNotReadyWhileTheDatabaseIsReadOnlyAndRecoversByItself(Service service) {
        service.jdbi().useHandle(handle -> {
            handle.execute("ALTER SYSTEM SET default_transaction_read_only = on");
            handle.execute("SELECT pg_reload_conf()");
        });
        Answer ready;
        JsonNode refused;
        JsonNode health;
        try {
            service.await(() -> service.send(service.admin("/ready")).status() == 503);
            ready = service.send(service.admin("/ready"));
            refused = service.register("pm_card_ok");
            health = service.send(service.admin("/healthcheck")).json().path("postgresql");
        } finally {
            service.jdbi().useHandle(handle -> {
                handle.execute("ALTER SYSTEM RESET default_transaction_read_only");
                handle.execute("SELECT pg_reload_conf()");
            });
        }

        assertThat(ready.body()).isEqualTo("PostgreSQL is read-only: nothing can be accepted\n");
        assertThat(refused.path("status").asInt()).as("%s", refused).isEqualTo(503);
        assertThat(health.path("degraded").asBoolean()).isTrue();
        service.await(() -> service.send(service.admin("/ready")).status() == 200);
        assertThat(service.register("pm_card_ok").path("status").asText()).isEqualTo("COMPLETED");
    }
}
