package dev.registrar.flow;

import static dev.registrar.flow.RegistrationClient.body;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Random bytes do no harm. Runs for half a minute; {@code -Dfuzz.duration=PT5M} runs longer, {@code -Dfuzz.seed=N}
 * sends other requests.
 */
@Tag("fuzz")
final class RawSocketFuzzIT {

    @RegisterExtension
    static final SharedRegistrar REGISTRAR = new SharedRegistrar();

    private static final Duration LENGTH = Duration.parse(System.getProperty("fuzz.duration", "PT30S"));
    private static final long SEED = Long.getLong("fuzz.seed", 20261123);

    /** Allowance for pools and caches. */
    private static final double SLACK = 32e6;

    @Test
    void randomBytesDoNoHarm() throws Exception {
        int port = REGISTRAR.service().application().port();
        new SocketFuzz(port, SEED - 100).run(Duration.ofSeconds(5), 4);
        double before = heap();

        SocketFuzz fuzz = new SocketFuzz(port, SEED).run(LENGTH, 4);

        System.out.println("fuzz: seed " + SEED + ", " + fuzz.sent() + " requests, answers " + fuzz.answers());
        assertThat(fuzz.faults()).isEmpty();
        assertThat(fuzz.sent()).isGreaterThan(LENGTH.toSeconds() * 10);
        assertThat(fuzz.answers().keySet()).contains(200, 400, 405, 413, 431);
        assertThat(REGISTRAR.service().output()).doesNotContain("unexpected", "OutOfMemory");
        double after = heap();
        System.out.printf("fuzz: heap %.1f MB before, %.1f MB after%n", before / 1e6, after / 1e6);
        assertThat(after).isLessThan(before + SLACK);
        assertThat(REGISTRAR.client().post(body("after-the-fuzz")).status()).isEqualTo(202);
    }

    /** Used heap after a collection, in bytes. */
    private static double heap() throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process collection = new ProcessBuilder(
                        jcmd, Long.toString(REGISTRAR.service().pid()), "GC.run")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(collection.waitFor()).isZero();
        return new MetricsPage(REGISTRAR
                        .service()
                        .admin()
                        .get("/prometheus")
                        .response()
                        .body())
                .sum("jvm_memory_used_bytes", "area=\"heap\"");
    }
}
