package dev.registrar.flow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One running service per JVM, for tests that leave no trace: their users have unique names, and their faults are
 * removed after each test.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final SharedRegistrar REGISTRAR = new SharedRegistrar();
 * }</pre>
 *
 * <p>{@link #onCluster()} is another service that uses a real Temporal server.
 */
final class SharedRegistrar implements BeforeAllCallback, AfterEachCallback {

    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(SharedRegistrar.class);

    private final boolean cluster;
    private @Nullable Running running;

    SharedRegistrar() {
        this(false);
    }

    private SharedRegistrar(boolean cluster) {
        this.cluster = cluster;
    }

    /** Uses the real Temporal server that {@link TemporalServer#chosen} returns instead of the embedded one. */
    static SharedRegistrar onCluster() {
        return new SharedRegistrar(true);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        running = context.getRoot().getStore(NAMESPACE).getOrComputeIfAbsent(cluster, Running::new, Running.class);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        sandbox().noFaults();
    }

    RegistrarProcess service() {
        return running().service;
    }

    TemporalServer temporal() {
        return Objects.requireNonNull(running().temporal, "not on a cluster");
    }

    private Running running() {
        return Objects.requireNonNull(running, "not started");
    }

    RegistrationClient client() {
        return service().client();
    }

    OperatorClient operator() {
        return service().operator();
    }

    SandboxProbe sandbox() {
        return service().sandbox();
    }

    DatabaseProbe database() {
        return service().database();
    }

    /** Closed by JUnit at the end of all tests. */
    private static final class Running implements AutoCloseable {

        private final Path directory;
        private final RegistrarProcess service;
        private final @Nullable TemporalServer temporal;

        private Running(boolean cluster) {
            try {
                directory = Files.createTempDirectory("registrar-shared");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            service = new RegistrarProcess(directory).withUnpackedBinaries().withLateCharges();
            temporal = cluster ? TemporalServer.chosen(directory) : null;
            try {
                if (temporal != null) {
                    service.withTemporal(temporal.start().port());
                }
                service.start();
            } catch (RuntimeException | AssertionError e) {
                close();
                throw e;
            }
        }

        @Override
        public void close() {
            service.close();
            if (temporal != null) {
                temporal.close();
            }
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
