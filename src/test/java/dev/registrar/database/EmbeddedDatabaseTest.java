package dev.registrar.database;

import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.database.EmbeddedPostgresServer.DirectoryLock;
import dev.registrar.database.PostgresBinaries.Directories;
import dev.registrar.database.PostgresCluster.Postmaster;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.util.Duration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.eclipse.jetty.util.component.ContainerLifeCycle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedDatabaseTest {

    /** An initialised, migrated data directory, copied for each test that does not depend on how it was created. */
    @TempDir
    static Path made;

    @TempDir
    Path directory;

    @BeforeAll
    static void make() {
        EmbeddedServerProcess.factory(made.resolve("postgres"), 0)
                .open(new Environment("test"))
                .close();
    }

    @BeforeEach
    void copy() throws IOException {
        try (Stream<Path> files = Files.walk(made.resolve("postgres"))) {
            for (Path file : files.toList()) {
                Files.copy(file, directory.resolve(made.relativize(file).toString()), COPY_ATTRIBUTES);
            }
        }
    }

    /** A failing test must not leave a server behind. */
    @AfterEach
    void end() throws IOException {
        Optional<ProcessHandle> left = Postmaster.of(data())
                .filter(postmaster -> postmaster.runsIn(data().toAbsolutePath()))
                .flatMap(postmaster -> ProcessHandle.of(postmaster.pid()));
        left.ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    void dataIsThereAfterARestartAndNothingRunsInBetween() throws Exception {
        try (Database first = open()) {
            EmbeddedServerProcess.write(first.jdbi(), "u-1");
            assertThat(postmasterRuns()).isTrue();
        }
        assertThat(postmasterRuns()).isFalse();

        try (Database second = open()) {
            assertThat(users(second.jdbi())).containsExactly("u-1");
        }
        assertThat(directory).isDirectoryNotContaining(path -> path.toString().endsWith(".tmp"));
    }

    @Test
    void commitIsDurableAndTheServerIsForLoopbackOnly() throws Exception {
        try (Database database = open()) {
            Jdbi jdbi = database.jdbi();

            assertThat(show(jdbi, "fsync")).isEqualTo("on");
            assertThat(show(jdbi, "synchronous_commit")).isEqualTo("on");
            assertThat(show(jdbi, "full_page_writes")).isEqualTo("on");
            assertThat(show(jdbi, "listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(show(jdbi, "server_encoding")).isEqualTo("UTF8");
            assertThat(show(jdbi, "application_name")).isEqualTo("registrar");
            assertThat(data().resolve("pgpass")).isRegularFile();
            String wrong = jdbi.withHandle(
                    handle -> handle.getConnection().getMetaData().getURL());
            assertThatThrownBy(() -> new ConnectionSettings(wrong, "postgres", null).connect())
                    .isInstanceOf(SQLException.class);
        }
    }

    @Test
    void orphanOfAKilledProcessIsStoppedAndItsDataKept() throws Exception {
        try (EmbeddedServerProcess child = EmbeddedServerProcess.start(data(), "hold")) {
            assertThat(child.says("READY")).isTrue();
            child.kill();
        }
        long orphan = Postmaster.of(data()).orElseThrow().pid();
        assertThat(postmasterRuns()).isTrue();

        try (Database database = open()) {
            assertThat(users(database.jdbi())).containsExactly("u-child");
            assertThat(Postmaster.of(data()).orElseThrow().pid()).isNotEqualTo(orphan);
        }
    }

    @Test
    void secondProcessOnTheDirectoryIsRefusedWithOneSentence() throws Exception {
        try (Database database = open();
                EmbeddedServerProcess child = EmbeddedServerProcess.start(data(), "hold")) {
            assertThat(child.says("is in use by another Registrar")).isTrue();
            assertThat(child.awaitEnd()).isEqualTo(1);
            assertThatThrownBy(this::open)
                    .isInstanceOf(DatabaseRefusedException.class)
                    .hasMessageContaining("is in use by another Registrar");
            assertThat(users(database.jdbi())).isEmpty();
        }
    }

    @Test
    void startThatFailsLaterLeavesNoServer() throws Exception {
        try (EmbeddedServerProcess child = EmbeddedServerProcess.start(data(), "fail")) {
            assertThat(child.says("READY")).isTrue();
            assertThat(child.says("run fails")).isTrue();
            assertThat(child.awaitEnd()).isEqualTo(1);
        }

        assertThat(postmasterRuns()).isFalse();
    }

    @Test
    void foreignServerOnThePortIsRefusedAndNotUsed() throws Exception {
        try (ServerSocket foreign = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            EmbeddedDatabaseFactory factory = EmbeddedServerProcess.factory(data(), foreign.getLocalPort());

            assertThatThrownBy(() -> factory.open(new Environment("test")))
                    .isInstanceOf(DatabaseRefusedException.class)
                    .hasMessageContaining("Port " + foreign.getLocalPort() + " is taken");
        }
        assertThat(postmasterRuns()).isFalse();
    }

    @Test
    void killedServerIsStartedAgainOnItsPortAndTheSamePoolGoesOn() throws Exception {
        try (Database database = open()) {
            EmbeddedServerProcess.write(database.jdbi(), "u-1");
            String port = show(database.jdbi(), "port");
            long killed = Postmaster.of(data()).orElseThrow().pid();

            ProcessHandle.of(killed).orElseThrow().destroyForcibly();

            await(() -> Postmaster.of(data())
                    .filter(postmaster -> postmaster.pid() != killed)
                    .isPresent());
            await(() -> {
                try {
                    return users(database.jdbi()).equals(List.of("u-1"));
                } catch (JdbiException e) {
                    return false;
                }
            });
            assertThat(show(database.jdbi(), "port")).isEqualTo(port);
        }
    }

    @Test
    void filesOfSomethingElseAreNeverTouched() throws Exception {
        Directories.empty(data());
        Path foreign = Files.writeString(data().resolve("thesis.txt"), "mine");

        assertThatThrownBy(this::open)
                .isInstanceOf(DatabaseRefusedException.class)
                .hasMessageContaining("contains files of another program");
        assertThat(foreign).hasContent("mine");
    }

    @Test
    void directoryThatWasHalfMadeIsMadeAgain() throws Exception {
        Files.delete(data().resolve("pgpass"));
        Files.delete(data().resolve("postgresql.conf"));
        try (DirectoryLock lock = DirectoryLock.of(data())) {
            lock.beingMade(true);
        }

        try (Database database = open()) {
            assertThat(users(database.jdbi())).isEmpty();
        }
    }

    @Test
    void pidFileOfSomeOtherProcessIsTakenForAnOldOne() throws Exception {
        Files.writeString(Postmaster.file(data()), ProcessHandle.current().pid() + "\n" + data() + "\n");

        try (Database database = open()) {
            assertThat(users(database.jdbi())).isEmpty();
        }
    }

    @Test
    void environmentStopsThePoolBeforeTheServer() throws Exception {
        Environment environment = new Environment("test");
        Database database = EmbeddedServerProcess.factory(data(), 0).open(environment);
        ContainerLifeCycle container = new ContainerLifeCycle();
        environment.lifecycle().attach(container);
        container.start();
        assertThat(users(database.jdbi())).isEmpty();

        container.stop();

        assertThat(postmasterRuns()).isFalse();
        assertThat(Files.readString(data().resolve("server.log"))).doesNotContain("unexpected EOF");
        assertThatThrownBy(() -> users(database.jdbi())).isInstanceOf(JdbiException.class);
        database.close();
    }

    @Test
    void statementIsCancelledAfterTheQueryTimeout() throws Exception {
        EmbeddedDatabaseFactory factory =
                new EmbeddedDatabaseFactory(data(), EmbeddedServerProcess.BINARIES, 0, null, null, Duration.seconds(1));
        try (Database database = factory.open(new Environment("test"))) {
            assertThatThrownBy(() -> database.jdbi().useHandle(handle -> handle.execute("SELECT pg_sleep(20)")))
                    .hasStackTraceContaining("canceling statement");
        }
    }

    private Path data() {
        return directory.resolve("postgres");
    }

    private Database open() {
        return EmbeddedServerProcess.factory(data(), 0).open(new Environment("test"));
    }

    private boolean postmasterRuns() throws Exception {
        Path real = data().toRealPath();
        return Postmaster.of(real).filter(postmaster -> postmaster.runsIn(real)).isPresent();
    }

    private static List<String> users(Jdbi jdbi) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT user_id FROM accounts")
                .mapTo(String.class)
                .list());
    }

    private static String show(Jdbi jdbi, String setting) {
        return jdbi.withHandle(handle ->
                handle.createQuery("SHOW " + setting).mapTo(String.class).one());
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (!condition.call()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(50);
        }
    }
}
