package dev.registrar.temporal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.registrar.metrics.MetricsBundle;
import dev.registrar.temporal.Greetings.Greeting;
import dev.registrar.temporal.Greetings.GreetingWorkflow;
import dev.registrar.temporal.TemporalBundle.TemporalHealthCheck;
import io.dropwizard.core.Application;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.testing.ConfigOverride;
import io.dropwizard.testing.DropwizardTestSupport;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowStub;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TemporalBundleTest {

    public static final class TestConfiguration extends Configuration {
        @JsonProperty
        TemporalFactory temporal =
                new EmbeddedTemporalFactory("default", "greetings", null, WorkerConfiguration.defaults(), null);
    }

    public static final class TestApplication extends Application<TestConfiguration> {

        final MetricsBundle metrics = new MetricsBundle();
        final TemporalBundle<TestConfiguration> temporal = new TemporalBundle<>(
                configuration -> configuration.temporal, metrics.registry(), configuration -> List.of());

        @Override
        public void initialize(Bootstrap<TestConfiguration> bootstrap) {
            bootstrap.addBundle(metrics);
            bootstrap.addBundle(temporal);
        }

        @Override
        public void run(TestConfiguration configuration, Environment environment) {
            environment
                    .lifecycle()
                    .manage(TemporalWorker.on(temporal.connection())
                            .workflows(Greetings.GreetingWorkflowImpl.class)
                            .activities(new Greetings.QuickGreeter())
                            .build());
        }
    }

    private final Set<Thread> threadsBefore = Thread.getAllStackTraces().keySet();
    private final DropwizardTestSupport<TestConfiguration> support = new DropwizardTestSupport<>(
            TestApplication.class,
            "",
            ConfigOverride.config("server.type", "default"),
            ConfigOverride.config("server.applicationConnectors[0].type", "http"),
            ConfigOverride.config("server.applicationConnectors[0].port", "0"),
            ConfigOverride.config("server.adminConnectors[0].type", "http"),
            ConfigOverride.config("server.adminConnectors[0].port", "0"));

    @BeforeEach
    void start() throws Exception {
        support.before();
    }

    @AfterEach
    void stop() {
        support.after();
    }

    @Test
    void firstTaskComesWithTheAnswerToTheStart() throws Exception {
        assertThat(greet("eager-1")).isEqualTo("Hello eager-1");
        assertThat(greet("eager-2")).isEqualTo("Hello eager-2");

        // Counters are published every two seconds.
        Eventually.within(
                Duration.ofSeconds(5), "two completed", () -> sample("temporal_workflow_completed_total") == 2.0);
        assertThat(sample("temporal_workflow_task_queue_poll_succeed_total")).isZero();
        assertThat(sample("temporal_local_activity_total")).isEqualTo(2.0);
    }

    @Test
    void scrapeHasTemporalTimersInOurBucketsAndIsSmall() throws Exception {
        greet("measured");

        String page = scrape("text/plain").body();
        List<String> buckets = page.lines()
                .filter(line -> line.startsWith("temporal_request_latency_seconds_bucket")
                        && line.contains("operation=\"StartWorkflowExecution\""))
                .map(line -> line.replaceAll(".*le=\"([^\"]*)\".*", "$1"))
                .toList();
        assertThat(buckets)
                .containsExactly("0.01", "0.05", "0.1", "0.5", "1.0", "5.0", "10.0", "60.0", "600.0", "3600.0", "+Inf");
        assertThat(page.length()).isLessThan(150_000);
    }

    @Test
    void pageIsOpenMetricsOnlyWhereThatIsAskedFor() throws Exception {
        HttpResponse<String> text = scrape("*/*");
        HttpResponse<String> open = scrape("application/openmetrics-text;version=1.0.0,text/plain;q=0.5");

        assertThat(text.headers().firstValue("Content-Type")).get().asString().startsWith("text/plain;");
        assertThat(text.body())
                .contains("jvm_memory_used_bytes", "process_cpu_usage")
                .doesNotContain("# EOF");
        assertThat(open.headers().firstValue("Content-Type"))
                .get()
                .asString()
                .startsWith("application/openmetrics-text;");
        assertThat(open.body()).endsWith("# EOF\n");
    }

    @Test
    void connectionAnswersItsHealthCheckUntilStopped() throws Exception {
        TemporalHealthCheck check = new TemporalHealthCheck(connection());

        assertThat(check.execute().isHealthy()).isTrue();

        support.after();
        assertThat(check.execute().isHealthy()).isFalse();
        assertThat(check.execute().getMessage()).contains("embedded server");
    }

    @Test
    void stopLeavesNoThreadBehind() throws Exception {
        greet("last");

        support.after();

        Eventually.within(Duration.ofSeconds(10), "threads gone", () -> left().isEmpty());
    }

    private Set<String> left() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.isAlive() && !threadsBefore.contains(thread))
                .map(Thread::getName)
                // Daemon threads shared by all channels or clients of the process.
                .filter(name ->
                        !name.startsWith("grpc-") && !name.startsWith("HttpClient") && !name.contains("throttler"))
                .filter(name -> name.matches("(?i).*(temporal|workflow|activity|poller|timer|test-?serv|tally).*"))
                .collect(Collectors.toSet());
    }

    private String greet(String id) throws TimeoutException {
        TemporalConnection connection = connection();
        GreetingWorkflow workflow = connection
                .client()
                .newWorkflowStub(
                        GreetingWorkflow.class,
                        connection.workflowOptions().setWorkflowId(id).build());
        connection.withDeadline(
                TemporalConnection.START_LIMIT, () -> WorkflowClient.start(workflow::run, Greeting.local(id)));
        return WorkflowStub.fromTyped(workflow).getResult(10, TimeUnit.SECONDS, String.class);
    }

    private TemporalConnection connection() {
        return support.<TestApplication>getApplication().temporal.connection();
    }

    private double sample(String name) throws Exception {
        return scrape("text/plain")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private HttpResponse<String> scrape(String accept) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + support.getAdminPort() + "/prometheus"))
                                .header("Accept", accept)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
