package dev.registrar.temporal;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonTypeName;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import io.dropwizard.validation.ValidationMethod;
import io.micrometer.core.instrument.MeterRegistry;
import io.temporal.authorization.AuthorizationTokenSupplier;
import io.temporal.payload.codec.PayloadCodec;
import io.temporal.serviceclient.GrpcCompression;
import io.temporal.serviceclient.SimpleSslContextBuilder;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Temporal server outside this process, or Temporal Cloud. It need not be available when the service starts; if it is
 * and does not know the namespace, the start fails.
 *
 * @param target host and port of the frontend, default {@code 127.0.0.1:7233}
 * @param namespace default {@code default}; it must exist
 * @param taskQueue default {@code registrations}
 * @param identity default: process id and host name
 * @param tls encrypts the connection and names our certificate; absent: clear text, unless there is an API key
 * @param apiKey sent with every call, for Temporal Cloud; by {@code ${TEMPORAL_API_KEY}} rather than in the file itself
 * @param apiKeyFile a file that holds the API key instead; read again every 30 s, so that a key can be rotated
 * @param rpcTimeout one call that is not a poll, default 10 s
 * @param keepAliveTime interval of keep-alive pings on an idle connection, default 30 s
 * @param keepAliveTimeout a connection without a reply to a ping for this long is replaced, default 15 s
 * @param worker the worker's limits
 */
@JsonTypeName("cluster")
public record ClusterTemporalFactory(
        @NotBlank
        @Pattern(
                regexp =
                        "(?:[^\\s/:\\[\\]]+|\\[[0-9A-Fa-f:.]+]):(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}"
                                + "|655[0-2][0-9]|6553[0-5])",
                message = "must be HOST:PORT, with an IPv6 address in brackets")
        String target,

        @NotBlank String namespace,
        @NotBlank String taskQueue,
        @Nullable String identity,
        @Nullable @Valid TemporalTls tls,
        @Nullable String apiKey,
        @Nullable Path apiKeyFile,

        @NotNull @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
        Duration rpcTimeout,

        @NotNull @MinDuration(value = 5, unit = TimeUnit.SECONDS)
        Duration keepAliveTime,

        @NotNull @MinDuration(value = 1, unit = TimeUnit.SECONDS)
        Duration keepAliveTimeout,

        @Valid WorkerConfiguration worker)
        implements TemporalFactory {

    public ClusterTemporalFactory {
        target = target == null ? "127.0.0.1:7233" : target;
        namespace = namespace == null ? DEFAULT_NAMESPACE : namespace;
        taskQueue = taskQueue == null ? DEFAULT_TASK_QUEUE : taskQueue;
        rpcTimeout = rpcTimeout == null ? Duration.seconds(10) : rpcTimeout;
        keepAliveTime = keepAliveTime == null ? Duration.seconds(30) : keepAliveTime;
        keepAliveTimeout = keepAliveTimeout == null ? Duration.seconds(15) : keepAliveTimeout;
        worker = worker == null ? WorkerConfiguration.defaults() : worker;
    }

    @JsonIgnore
    @ValidationMethod(message = "name apiKey or apiKeyFile, not both")
    public boolean isOneApiKey() {
        return apiKey == null || apiKeyFile == null;
    }

    @JsonIgnore
    @ValidationMethod(message = "apiKey is empty: is the environment variable set?")
    public boolean isApiKeyThere() {
        return apiKey == null || !apiKey.isBlank();
    }

    /** @throws IllegalStateException if a certificate file or the key file is unusable; the message names it */
    @Override
    public TemporalConnection open(MeterRegistry registry, List<PayloadCodec> codecs) {
        TemporalEndpoint endpoint = new TemporalEndpoint(target, options(), true, null);
        return new TemporalConnection(this, endpoint, registry, codecs);
    }

    @Override
    public void checkFiles() {
        options();
    }

    /** Reads the files at once, so that the start fails here and not at the first call. */
    WorkflowServiceStubsOptions.Builder options() {
        WorkflowServiceStubsOptions.Builder options = WorkflowServiceStubsOptions.newBuilder()
                .setTarget(target)
                .setRpcTimeout(rpcTimeout.toJavaDuration())
                // Payloads are compressed and encrypted: gzip around them costs both sides CPU and saves nothing.
                .setGrpcCompression(GrpcCompression.NONE)
                .setEnableKeepAlive(true)
                .setKeepAliveTime(keepAliveTime.toJavaDuration())
                .setKeepAliveTimeout(keepAliveTimeout.toJavaDuration())
                .setKeepAlivePermitWithoutStream(true);
        if (tls != null) {
            tls.applyTo(options);
        }
        if (apiKeyFile != null) {
            options.addApiKey(new ApiKeyFile(apiKeyFile, System::nanoTime));
        } else if (apiKey != null) {
            options.addApiKey(() -> apiKey);
        }
        if (tls == null && (apiKey != null || apiKeyFile != null)) {
            // Never in clear text.
            options.setEnableHttps(true);
        }
        return options;
    }

    private static String unreadable(Path file) {
        return Files.exists(file) ? "the file " + file + " cannot be read" : "the file " + file + " does not exist";
    }

    /** Omits the API key. */
    @Override
    public String toString() {
        return "ClusterTemporalFactory[target=" + target + ", namespace=" + namespace + ", taskQueue=" + taskQueue
                + "]";
    }

    /**
     * An API key kept in a file, read again every {@link #FRESH}: to rotate the key, write the file; no restart is
     * needed. While the file cannot be read, the last key is used. Thread-safe.
     */
    static final class ApiKeyFile implements AuthorizationTokenSupplier {

        static final java.time.Duration FRESH = java.time.Duration.ofSeconds(30);

        private static final Logger LOGGER = LoggerFactory.getLogger(ApiKeyFile.class);

        private final Path file;
        private final LongSupplier nanos;
        private String key;
        private long readAtNanos;

        /**
         * @param nanos the time that passes, as by {@link System#nanoTime()}
         * @throws IllegalStateException if the file cannot be read now, or is empty
         */
        ApiKeyFile(Path file, LongSupplier nanos) {
            this.file = file;
            this.nanos = nanos;
            this.readAtNanos = nanos.getAsLong();
            try {
                this.key = read();
            } catch (IOException e) {
                throw new IllegalStateException("temporal.apiKeyFile: " + unreadable(file), e);
            }
            if (key.isEmpty()) {
                throw new IllegalStateException("temporal.apiKeyFile: the file " + file + " is empty");
            }
        }

        @Override
        public synchronized String supply() {
            long now = nanos.getAsLong();
            if (now - readAtNanos >= FRESH.toNanos()) {
                readAtNanos = now;
                refresh();
            }
            return key;
        }

        private void refresh() {
            try {
                String read = read();
                if (!read.isEmpty()) {
                    key = read;
                }
            } catch (IOException e) {
                LOGGER.warn("The file with Temporal's API key cannot be read; the last key is kept ({})", e.toString());
            }
        }

        private String read() throws IOException {
            return Files.readString(file).strip();
        }
    }

    /**
     * TLS to a Temporal cluster; all files are PEM and are read once, at start. An empty section means TLS with the
     * system's trusted authorities and no client certificate.
     *
     * @param certificate this client's certificate and those that lead to its authority, for a server that requires one
     *     (mTLS)
     * @param key the certificate's private key, PKCS#8 without a password; required with a certificate, otherwise
     *     absent
     * @param trust the authorities that may have signed the server's certificate, default the system's
     * @param serverName the name that the server's certificate must match, default the host of the target
     */
    public record TemporalTls(
            @Nullable Path certificate,
            @Nullable Path key,
            @Nullable Path trust,

            @Nullable @Pattern(regexp = "[^\\s/]+", message = "is a host name")
            String serverName) {

        @JsonIgnore
        @ValidationMethod(message = "certificate and key belong together: name both or none")
        public boolean isCertificateWithKey() {
            return (certificate == null) == (key == null);
        }

        /** @throws IllegalStateException if a file is unusable; the message names it */
        void applyTo(WorkflowServiceStubsOptions.Builder options) {
            try {
                SimpleSslContextBuilder context = certificate == null || key == null
                        ? SimpleSslContextBuilder.noKeyOrCertChain()
                        : identity(certificate, key);
                if (trust != null) {
                    context.setTrustManager(trusting(trust));
                }
                options.setSslContext(context.build());
            } catch (IOException | IllegalArgumentException e) {
                throw new IllegalStateException(
                        "temporal.tls: certificate " + certificate + " and key " + key
                                + " cannot be used: PEM files are required, the key as PKCS#8 without a password",
                        e);
            }
            if (serverName != null) {
                options.setChannelInitializer(channel -> channel.overrideAuthority(serverName));
            }
        }

        private static SimpleSslContextBuilder identity(Path certificate, Path key) {
            // Netty reads them at build(): from memory, so that the files can be closed here.
            return SimpleSslContextBuilder.forPKCS8(bytes("certificate", certificate), bytes("key", key));
        }

        private static InputStream bytes(String option, Path file) {
            try {
                return new ByteArrayInputStream(Files.readAllBytes(file));
            } catch (IOException e) {
                throw new IllegalStateException("temporal.tls." + option + ": " + unreadable(file), e);
            }
        }

        private static TrustManager trusting(Path authorities) {
            try (InputStream in = Files.newInputStream(authorities)) {
                Collection<? extends Certificate> certificates =
                        CertificateFactory.getInstance("X.509").generateCertificates(in);
                if (certificates.isEmpty()) {
                    throw new IllegalStateException(
                            "temporal.tls.trust: there is no certificate in the file " + authorities);
                }
                KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
                store.load(null, null);
                int number = 0;
                for (Certificate certificate : certificates) {
                    store.setCertificateEntry("authority-" + number++, certificate);
                }
                TrustManagerFactory factory =
                        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                factory.init(store);
                return factory.getTrustManagers()[0];
            } catch (IOException e) {
                throw new IllegalStateException("temporal.tls.trust: " + unreadable(authorities), e);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(
                        "temporal.tls.trust: the file " + authorities + " has no certificates in PEM form", e);
            }
        }
    }
}
