package dev.registrar.standin;

import dev.registrar.flow.FreePorts;
import dev.registrar.flow.Poll;
import dev.registrar.flow.Program;
import dev.registrar.flow.RequiredTool;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocketFactory;

/**
 * Exim with its own configuration, spool and mailbox in a temporary directory. It delivers mail for {@link #DOMAIN} to
 * one mailbox, which tests verify. Recipients: {@code nobody} is refused with 550, {@code grey} is deferred with 451,
 * all others are accepted.
 */
public final class Exim implements AutoCloseable {

    public static final String DOMAIN = "example.com";
    public static final String USER = "registrar";
    public static final String PASSWORD = "open-sesame";

    /** Created by Debian's package. */
    private static final String DEBIAN_USER = "Debian-exim";

    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** No contact with the outside: no name service, no other host, no process that waits for one. */
    private static final String CONFIGURATION = """
            keep_environment =
            primary_hostname = localhost
            exim_user = @USER@
            exim_group = @GROUP@
            deliver_drop_privilege = true
            spool_directory = @DIRECTORY@/spool
            log_file_path = @DIRECTORY@/log/%slog
            pid_file_path = @DIRECTORY@/exim.pid
            local_interfaces = 127.0.0.1
            daemon_smtp_ports = @PORT@ : @CLEAR_PORT@
            host_lookup =
            rfc1413_query_timeout = 0s
            smtp_accept_max = 100
            smtp_accept_queue_per_connection = 0
            domainlist ours = @DOMAIN@
            tls_advertise_hosts = *
            tls_certificate = @CERTIFICATE@
            tls_privatekey = @KEY@
            smtputf8_advertise_hosts = *
            auth_advertise_hosts = ${if or{{def:tls_in_cipher}{={$received_port}{@CLEAR_PORT@}}}{*}{}}
            acl_smtp_rcpt = recipients

            begin acl
            recipients:
              deny    message = authenticate first
                      !authenticated = *
              defer   message = greylisted, try again later
                      local_parts = grey
              deny    message = relaying is not permitted
                      !domains = +ours
              require verify = recipient
              accept

            begin routers
            everybody:
              driver = accept
              domains = +ours
              local_parts = !nobody
              transport = mailbox

            begin transports
            mailbox:
              driver = appendfile
              maildir_format
              directory = @DIRECTORY@/mail
              create_directory
              envelope_to_add

            begin authenticators
            plain:
              driver = plaintext
              public_name = PLAIN
              server_prompts = :
              server_condition = ${if and{{eq{$auth2}{@LOGIN@}}{eq{$auth3}{@PASSWORD@}}}}
              server_set_id = $auth2
            """;

    private final Path directory;
    private final int port;
    private final int clearPort;
    private final TestCertificate certificate;
    private final Program program;

    private Exim(Path directory, int port, int clearPort, TestCertificate certificate, Program program) {
        this.directory = directory;
        this.port = port;
        this.clearPort = clearPort;
        this.certificate = certificate;
        this.program = program;
    }

    /** Starts it and returns once it listens. */
    public static Exim start() {
        try {
            // Not in the test's directory: another user needs access.
            Path directory = Files.createTempDirectory(
                    "exim", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
            try {
                return start(directory);
            } catch (IOException | RuntimeException | AssertionError e) {
                remove(directory);
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Exim start(Path directory) throws IOException {
        FreePorts ports = new FreePorts();
        int port = ports.next();
        int clearPort = ports.next();
        for (String name : List.of("spool", "log", "mail")) {
            Files.createDirectory(directory.resolve(name));
        }
        TestCertificate certificate = TestCertificate.make(directory, "localhost");
        Path certificateFile = certificate.certificateFile();
        Path keyFile = certificate.keyFile();
        Account account = Account.of(directory);
        account.own(directory);
        // Written last: started by root, it reads only files that root wrote.
        Path configuration = Files.writeString(
                directory.resolve("exim.conf"),
                CONFIGURATION
                        .replace("@USER@", account.user().getName())
                        .replace("@GROUP@", account.group().getName())
                        .replace("@PORT@", Integer.toString(port))
                        .replace("@CLEAR_PORT@", Integer.toString(clearPort))
                        .replace("@CERTIFICATE@", certificateFile.toString())
                        .replace("@KEY@", keyFile.toString())
                        .replace("@DOMAIN@", DOMAIN)
                        .replace("@LOGIN@", USER)
                        .replace("@PASSWORD@", PASSWORD)
                        .replace("@DIRECTORY@", directory.toString()));
        Program program = Program.start(
                directory,
                "exim",
                Map.of(),
                List.of(RequiredTool.EXIM.file().toString()),
                List.of("-C", configuration.toString(), "-bdf"));
        Listening.await("Exim", program, port, clearPort);
        return new Exim(directory, port, clearPort, certificate, program);
    }

    /** Offers AUTH only after STARTTLS. */
    public int port() {
        return port;
    }

    /** Offers AUTH without TLS too: for tests that damage the conversation at one of its lines. */
    public int clearPort() {
        return clearPort;
    }

    /** Trusts only its certificate, which is for {@code localhost}. */
    public SSLSocketFactory trusting() {
        return certificate.context().getSocketFactory();
    }

    /**
     * The same as a PKCS #12 file with the password {@link TestCertificate#PASSWORD}, for a service in a separate
     * process.
     */
    public Path trustStore() {
        return certificate.trustStoreFile();
    }

    /**
     * All delivered messages in no particular order; the header {@code Envelope-to} names the recipient. Waits for
     * messages that are accepted but not yet delivered, or still being sent.
     */
    public List<MimeMessage> mailbox() {
        Poll.until(
                "Exim has nothing left to deliver",
                LIMIT,
                () -> files("spool/input").isEmpty(),
                this::explanation);
        List<MimeMessage> messages = new ArrayList<>();
        for (Path file : files("mail/new")) {
            try (InputStream in = Files.newInputStream(file)) {
                messages.add(new MimeMessage(null, in));
            } catch (IOException | MessagingException e) {
                throw new IllegalStateException(e);
            }
        }
        return messages;
    }

    /** Its logs: only to explain failures, never for assertions. */
    public String explanation() {
        StringBuilder text = new StringBuilder(program.output());
        for (Path file : files("log")) {
            try {
                text.append(Files.readString(file));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return text.toString();
    }

    private List<Path> files(String name) {
        Path place = directory.resolve(name);
        if (!Files.isDirectory(place)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(place)) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        program.close();
        remove(directory);
    }

    private static void remove(Path directory) {
        // A delivery may still be finishing.
        Poll.until("the directory of Exim is gone", LIMIT, () -> {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
            return !Files.exists(directory);
        });
    }

    /**
     * The user it runs as: as root it delivers nothing, so Debian's user is used; otherwise the user that runs the
     * tests.
     */
    private record Account(UserPrincipal user, GroupPrincipal group) {

        static Account of(Path made) throws IOException {
            var maker = Files.getFileAttributeView(made, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes();
            if (!maker.owner().getName().equals("root")) {
                return new Account(maker.owner(), maker.group());
            }
            var accounts = FileSystems.getDefault().getUserPrincipalLookupService();
            return new Account(
                    accounts.lookupPrincipalByName(DEBIAN_USER), accounts.lookupPrincipalByGroupName(DEBIAN_USER));
        }

        void own(Path directory) throws IOException {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.toList()) {
                    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
                    view.setOwner(user);
                    view.setGroup(group);
                }
            }
        }
    }
}
