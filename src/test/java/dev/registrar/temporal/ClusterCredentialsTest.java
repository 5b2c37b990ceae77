package dev.registrar.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.uber.m3.tally.ScopeCloseException;
import dev.registrar.temporal.ClusterTemporalFactory.ApiKeyFile;
import dev.registrar.temporal.ClusterTemporalFactory.TemporalTls;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.api.workflowservice.v1.DescribeNamespaceResponse;
import io.temporal.api.workflowservice.v1.GetSystemInfoRequest;
import io.temporal.api.workflowservice.v1.GetSystemInfoResponse;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that speaks gRPC over TLS, requires a client certificate and knows one namespace. */
class ClusterCredentialsTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    @TempDir
    private Path directory;

    private final Queue<String> authorizations = new ConcurrentLinkedQueue<>();
    private Pem ours;
    private Pem servers;
    private Server server;

    @BeforeEach
    void start() throws Exception {
        ours = Pem.make(directory, "registrar");
        servers = Pem.make(directory, "server");
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sslContext(GrpcSslContexts.forServer(
                                servers.certificate().toFile(), servers.key().toFile())
                        .trustManager(ours.certificate().toFile())
                        .clientAuth(ClientAuth.REQUIRE)
                        .build())
                .addService(new OneNamespace())
                .intercept(new Listening())
                .build()
                .start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }

    @Test
    void serverIsReachedByMutualTls() throws Exception {
        try (Opened opened =
                open(new TemporalTls(ours.certificate(), ours.key(), servers.certificate(), "localhost"))) {
            assertThatCode(() -> opened.connection().probe(LIMIT)).doesNotThrowAnyException();
        }
    }

    @Test
    void serverIsNotReachedWithoutACertificateOrByOneItDoesNotTrust() throws Exception {
        try (Opened without = open(new TemporalTls(null, null, servers.certificate(), "localhost"));
                Opened foreign = open(
                        new TemporalTls(servers.certificate(), servers.key(), servers.certificate(), "localhost"))) {
            assertUnavailable(without);
            assertUnavailable(foreign);
        }
    }

    @Test
    void serverThatWeDoNotTrustOrOfAnotherNameIsNotTalkedTo() throws Exception {
        try (Opened untrusted = open(new TemporalTls(ours.certificate(), ours.key(), null, "localhost"));
                Opened another = open(
                        new TemporalTls(ours.certificate(), ours.key(), servers.certificate(), "other.internal"))) {
            assertUnavailable(untrusted);
            assertUnavailable(another);
        }
        assertThat(authorizations).isEmpty();
    }

    @Test
    void apiKeyGoesWithEveryCall() throws Exception {
        try (Opened opened = open(tls(), "default", "key-1", null)) {
            opened.connection().probe(LIMIT);
        }

        assertThat(authorizations).contains("Bearer key-1").doesNotContain("none");
    }

    @Test
    void apiKeyInAFileIsReadAgainWhenItIsOld() throws Exception {
        Path file = Files.writeString(directory.resolve("api-key"), "key-1\n");
        AtomicLong nanos = new AtomicLong();
        ApiKeyFile keys = new ApiKeyFile(file, nanos::get);

        Files.writeString(file, "key-2\n");

        assertThat(keys.supply()).isEqualTo("key-1");
        nanos.addAndGet(ApiKeyFile.FRESH.toNanos());
        assertThat(keys.supply()).isEqualTo("key-2");
        Files.delete(file);
        nanos.addAndGet(ApiKeyFile.FRESH.toNanos());
        assertThat(keys.supply()).isEqualTo("key-2");
    }

    @Test
    void startFailsWhereTheServerDoesNotKnowTheNamespace() throws Exception {
        try (Opened opened = open(tls(), "elsewhere", null, null)) {
            assertThatThrownBy(() -> opened.connection().start())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageEndingWith("has no namespace elsewhere: create it, or set temporal.namespace.");
            assertThatThrownBy(() -> opened.connection().check())
                    .hasMessageEndingWith("has no namespace elsewhere: create it, or set temporal.namespace.");
        }
        try (Opened opened = open(tls(), "default", null, null)) {
            assertThatCode(() -> opened.connection().check()).doesNotThrowAnyException();
        }
    }

    @Test
    void startFailsWhereTheServerRefusesTheApiKey() throws Exception {
        try (Opened opened = open(tls(), "default", "expired", null)) {
            assertThatThrownBy(() -> opened.connection().start())
                    .hasMessageContaining("refuses our credentials")
                    .hasMessageNotContaining("expired");
        }
    }

    @Test
    void fileThatCannotBeUsedIsNamed() throws Exception {
        Path missing = directory.resolve("missing.pem");
        Path empty = Files.writeString(directory.resolve("empty.pem"), "");

        assertThatThrownBy(() -> open(new TemporalTls(missing, ours.key(), null, null)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("missing.pem");
        assertThatThrownBy(() -> open(new TemporalTls(null, null, empty, null)))
                .hasMessageStartingWith("temporal.tls.trust")
                .hasMessageContaining("empty.pem");
        assertThatThrownBy(() -> open(tls(), "default", null, missing))
                .hasMessageStartingWith("temporal.apiKeyFile")
                .hasMessageContaining("missing.pem");
    }

    private TemporalTls tls() {
        return new TemporalTls(ours.certificate(), ours.key(), servers.certificate(), "localhost");
    }

    private Opened open(TemporalTls tls) {
        return open(tls, "default", null, null);
    }

    @SuppressWarnings("NullAway") // null means the default
    private Opened open(TemporalTls tls, String namespace, @Nullable String apiKey, @Nullable Path apiKeyFile) {
        return new Opened(new ClusterTemporalFactory(
                        "127.0.0.1:" + server.getPort(),
                        namespace,
                        null,
                        null,
                        tls,
                        apiKey,
                        apiKeyFile,
                        null,
                        null,
                        null,
                        null)
                .open(new SimpleMeterRegistry(), List.of()));
    }

    private static void assertUnavailable(Opened opened) {
        assertThatThrownBy(() -> opened.connection().probe(LIMIT))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    }

    private record Opened(TemporalConnection connection) implements AutoCloseable {

        @Override
        public void close() throws ScopeCloseException {
            connection.stop();
        }
    }

    private final class Listening implements ServerInterceptor {

        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            String authorization = headers.get(AUTHORIZATION);
            authorizations.add(authorization == null ? "none" : authorization);
            if ("Bearer expired".equals(authorization)) {
                call.close(Status.UNAUTHENTICATED, new Metadata());
                return new ServerCall.Listener<>() {};
            }
            return next.startCall(call, headers);
        }
    }

    private static final class OneNamespace extends WorkflowServiceGrpc.WorkflowServiceImplBase {

        @Override
        public void getSystemInfo(GetSystemInfoRequest request, StreamObserver<GetSystemInfoResponse> answer) {
            answer.onNext(GetSystemInfoResponse.getDefaultInstance());
            answer.onCompleted();
        }

        @Override
        public void describeNamespace(
                DescribeNamespaceRequest request, StreamObserver<DescribeNamespaceResponse> answer) {
            if (request.getNamespace().equals("default")) {
                answer.onNext(DescribeNamespaceResponse.getDefaultInstance());
                answer.onCompleted();
            } else {
                answer.onError(Status.NOT_FOUND.asRuntimeException());
            }
        }
    }
}
