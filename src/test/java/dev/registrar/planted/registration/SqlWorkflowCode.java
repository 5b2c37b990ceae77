package dev.registrar.planted.registration;

import dev.registrar.planted.store.Circle;
import io.dropwizard.util.Duration;
import io.micrometer.core.instrument.Counter;
import io.temporal.workflow.Workflow;
import java.net.http.HttpClient;
import org.jdbi.v3.core.Jdbi;

/**
 * Violates: workflow code without HTTP, JDBI, Micrometer, Dropwizard. Recognized only by its use of the workflow API.
 */
public final class SqlWorkflowCode {

    public void query(Jdbi jdbi) {
        jdbi.useHandle(handle -> handle.execute("SELECT 1"));
    }

    public Circle stored() {
        return new Circle();
    }

    public void count(Counter counter) {
        counter.increment();
    }

    public HttpClient http() {
        return HttpClient.newHttpClient();
    }

    public void sleep(Duration duration) {
        Workflow.sleep(duration.toJavaDuration());
    }
}
