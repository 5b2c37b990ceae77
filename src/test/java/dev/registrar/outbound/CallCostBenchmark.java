package dev.registrar.outbound;

import com.codahale.metrics.MetricRegistry;
import dev.registrar.metrics.MetricsBundle;
import dev.registrar.model.CallLimit;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The cost of breaker, deadline, meters and credentials per call, compared with the bare client. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 3)
@Measurement(iterations = 6, time = 3)
@Fork(2)
@SuppressWarnings("NullAway.Init")
public class CallCostBenchmark {

    private static final byte[] BODY =
            "{\"to\":\"ada@example.com\",\"template\":\"welcome-email-1\"}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] ANSWER = "{\"messageId\":\"msg_1\"}".getBytes(StandardCharsets.UTF_8);

    private final IdempotencyKey key = IdempotencyKey.charge(RegistrationId.random());
    private Server server;
    private URI url;
    private CloseableHttpClient bare;
    private OutboundClients clients;
    private ServiceClient client;
    private ServiceOperation operation;

    /** A provider on the loopback interface that responds at once. */
    @Setup
    public void start() throws Exception {
        server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                response.setStatus(201);
                response.write(true, ByteBuffer.wrap(ANSWER), callback);
                return true;
            }
        });
        server.start();
        url = URI.create("http://127.0.0.1:" + ((ServerConnector) server.getConnectors()[0]).getLocalPort());
        bare = HttpClients.createDefault();
        clients = new OutboundClients(new MetricsBundle().registry(), new MetricRegistry(), Clock.systemUTC());
        client = clients.client(Step.EMAIL, OutboundFixture.config(url));
        operation = client.changing("send", "email");
    }

    @TearDown
    public void stop() throws Exception {
        clients.stop();
        bare.close();
        server.stop();
    }

    @Benchmark
    public int bareClient() throws IOException {
        return bare.execute(
                ClassicRequestBuilder.post(url.resolve("/messages"))
                        .setEntity(BODY, ContentType.APPLICATION_JSON)
                        .addHeader("Idempotency-Key", key.value())
                        .build(),
                response -> {
                    EntityUtils.consume(response.getEntity());
                    return response.getCode();
                });
    }

    @Benchmark
    public int throughBreakerDeadlineAndMeters() {
        return operation.call(
                ServiceRequest.post("/messages", key, BODY), client.deadline(CallLimit.FULL), Reply::status);
    }
}
