package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The clients of {@code docs/clients.md}, run as printed there. */
@Tag("integration")
final class ClientsIT {

    @RegisterExtension
    static final SharedRegistrar REGISTRAR = new SharedRegistrar();

    private static final Path PAGE = Path.of("docs", "clients.md");

    /** What each client must do. */
    abstract static class Contract {

        private final String language;
        private final String file;

        @TempDir
        Path directory;

        private UnreliableProxy proxy;
        private String order;

        /** @param language of the only fenced block on the page in that language; its content becomes the file */
        Contract(String language, String file) {
            this.language = language;
            this.file = file;
        }

        /** The command without the client's own arguments. */
        abstract List<String> command();

        @BeforeEach
        void writeClient() throws IOException {
            Matcher block =
                    Pattern.compile("(?ms)^```" + language + "\\R(.*?)^```$").matcher(Files.readString(PAGE));
            assertThat(block.find()).as("a block of %s", language).isTrue();
            Files.writeString(directory.resolve(file), block.group(1));
            assertThat(block.find()).as("a second block of %s", language).isFalse();
            proxy = new UnreliableProxy(REGISTRAR.service().application());
            order = UUID.randomUUID().toString();
        }

        @AfterEach
        void closeProxy() {
            proxy.close();
        }

        private record End(int status, String output) {}

        private End run(String orderOfThis, String user, String paymentMethod)
                throws IOException, InterruptedException {
            Path output = Files.createTempFile(directory, "client", ".log");
            List<String> command = new ArrayList<>(command());
            command.addAll(List.of(file, orderOfThis, user, paymentMethod));
            ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
            builder.environment().keySet().removeIf(name -> name.matches("(?i).*_proxy"));
            builder.environment().put("REGISTRAR_URL", proxy.url());
            builder.environment().put("REGISTRAR_API_KEY", "rk_of_the_test");
            Process process = builder.redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try {
                assertThat(process.waitFor(110, TimeUnit.SECONDS))
                        .as("ended: %s", Files.readString(output))
                        .isTrue();
                return new End(process.exitValue(), Files.readString(output));
            } finally {
                process.destroyForcibly();
            }
        }

        @Test
        void registersOnceThoughTheFirstAnswerIsLostAndTheSecondIsTooMany() throws IOException, InterruptedException {
            String user = "u-" + order;
            proxy.loseAnswers(503);
            proxy.refuse(429);

            End end = run(order, user, "pm_card_ok");

            assertThat(end.output()).contains("\"status\":\"COMPLETED\"");
            assertThat(end.status()).isZero();
            assertThat(proxy.keys()).containsExactly("order-" + order, "order-" + order, "order-" + order);
            assertThat(proxy.pauses()).allSatisfy(pause -> assertThat(pause).isGreaterThanOrEqualTo(900));
            assertThat(proxy.credentials()).containsOnly("Bearer rk_of_the_test");
            assertThat(REGISTRAR.sandbox().charges(user)).isEqualTo(1);
        }

        @Test
        void reportsHowARegistrationEndedThatWasNotCompleted() throws IOException, InterruptedException {
            End end = run(order, "u-" + order, "pm_card_declined");

            assertThat(end.output()).contains("\"status\":\"FAILED\"").contains("payment_declined");
            assertThat(end.status()).isEqualTo(1);
            assertThat(proxy.reads()).as("polls after 202").isPositive();
        }

        @Test
        void doesNotRepeatWhatWasNotAccepted() throws IOException, InterruptedException {
            String user = "u-" + order;
            assertThat(run(order, user, "pm_card_ok").status()).isZero();
            int before = proxy.keys().size();

            End sameUser = run(order + "-again", user, "pm_card_declined");
            End wrongField = run(order + "-wrong", "two words", "pm_card_ok");

            assertThat(sameUser.output()).contains("the user has a registration", "user_already_registered");
            assertThat(wrongField.output()).contains("correct the request", "userProfile.userId");
            assertThat(List.of(sameUser.status(), wrongField.status())).containsOnly(2);
            assertThat(proxy.keys()).hasSize(before + 2);
        }
    }

    @Nested
    final class Curl extends Contract {

        Curl() {
            super("sh", "register.sh");
        }

        @Override
        List<String> command() {
            return List.of("sh");
        }
    }

    @Nested
    final class Java extends Contract {

        Java() {
            super("java", "Register.java");
        }

        @Override
        List<String> command() {
            return List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString());
        }
    }

    @Nested
    final class Python extends Contract {

        @RegisterExtension
        static final RequiredTool TOOL = RequiredTool.PYTHON;

        Python() {
            super("python", "register.py");
        }

        @Override
        List<String> command() {
            return List.of(TOOL.file().toString());
        }
    }
}
