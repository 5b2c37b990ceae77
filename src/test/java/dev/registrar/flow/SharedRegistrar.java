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
 * One running service per JVM, for tests that leave it as they found it: their users have names of their own, and the
 * faults they set are gone after each of them.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final SharedRegistrar REGISTRAR = new SharedRegistrar();
 * }</pre>
 */
final class SharedRegistrar implements BeforeAllCallback, AfterEachCallback {

    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(SharedRegistrar.class);

    private @Nullable RegistrarProcess service;

    @Override
    public void beforeAll(ExtensionContext context) {
        service = context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(Running.class, unused -> new Running(), Running.class)
                .service;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        sandbox().noFaults();
    }

    RegistrarProcess service() {
        return Objects.requireNonNull(service, "not started");
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

        private Running() {
            try {
                directory = Files.createTempDirectory("registrar-shared");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            service = new RegistrarProcess(directory).withUnpackedBinaries();
            try {
                service.start();
            } catch (RuntimeException | AssertionError e) {
                close();
                throw e;
            }
        }

        @Override
        public void close() {
            service.close();
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
