package dev.registrar;

import static org.assertj.core.api.Assertions.assertThat;

import io.dropwizard.core.cli.CheckCommand;
import io.dropwizard.core.setup.Bootstrap;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import net.sourceforge.argparse4j.inf.Namespace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code check}, and therefore the start, reports about configurations that would admit strangers. */
class AccessConfigurationTest {

    private static final String APPLICATION = "applicationConnectors:\n    - type: http\n      bindHost: 127.0.0.1\n";
    private static final String ADMIN = "adminConnectors:\n    - type: http\n      bindHost: 127.0.0.1\n";
    private static final String SAMPLE = "4b39815615892076f3287bb2ad9c0c143e087cddb8721051a76e26a13ef3311c";
    private static final String REFUSED = " is reachable from outside: bind to 127.0.0.1, or set auth.type: api-keys";

    @TempDir
    Path directory;

    /** Returns the message; empty if the file is valid. */
    private String said(String application, String admin, String more) throws Exception {
        String shipped = Files.readString(Path.of("config.yml")).replaceFirst("(?s)\nlimits:.*?\n\n", "\n\n");
        assertThat(shipped).contains(APPLICATION, ADMIN);
        Path file = Files.writeString(
                directory.resolve("config.yml"),
                shipped.replace(APPLICATION, APPLICATION.replace("bindHost: 127.0.0.1", application))
                                .replace(ADMIN, ADMIN.replace("bindHost: 127.0.0.1", admin))
                        + "\n" + more);
        RegistrarApplication registrar = new RegistrarApplication();
        Bootstrap<RegistrarConfiguration> bootstrap = new Bootstrap<>(registrar);
        registrar.initialize(bootstrap);
        try {
            new CheckCommand<>(registrar).run(bootstrap, new Namespace(java.util.Map.of("file", file.toString())));
            return "";
        } catch (Exception e) {
            Optional<String> sentence = BootErrors.sentence(e);
            return sentence.orElseThrow().replace(file.toString(), "config.yml");
        }
    }

    private static String keys(String hash) {
        return "auth: {type: api-keys, keys: [{id: shop, role: client, hash: " + hash + "}]}\n";
    }

    @Test
    void withoutAuthenticationOnlyLoopbackAddressesAreBound() throws Exception {
        for (String loopback : new String[] {"127.0.0.1", "127.0.1.1", "localhost", "'::1'"}) {
            assertThat(said("bindHost: " + loopback, "bindHost: " + loopback, ""))
                    .isEmpty();
        }
        assertThat(said("bindHost: 0.0.0.0", "bindHost: 127.0.0.1", ""))
                .isEqualTo("config.yml: auth: type none is for the loopback interface only, and"
                        + " server.applicationConnectors[0].bindHost 0.0.0.0" + REFUSED);
        assertThat(said("bindHost: 127.0.0.1", "bindHost: 10.1.2.3", "auth: {type: none}\n"))
                .endsWith("and server.adminConnectors[0].bindHost 10.1.2.3" + REFUSED);
        assertThat(said("bindHost: 127.0.0.1", "acceptQueueSize: 100", ""))
                .endsWith("and server.adminConnectors[0].bindHost (not set: all addresses)" + REFUSED);
        assertThat(said("bindHost: loopback.example", "bindHost: 127.0.0.1", ""))
                .endsWith("bindHost loopback.example" + REFUSED);
    }

    @Test
    void withKeysAnyAddressMayBeBoundButNotWithTheSampleOfTheDocumentation() throws Exception {
        assertThat(said("bindHost: 0.0.0.0", "bindHost: 0.0.0.0", keys("ab".repeat(32))))
                .isEmpty();
        assertThat(said("bindHost: 127.0.0.1", "bindHost: 127.0.0.1", keys(SAMPLE)))
                .isEmpty();
        assertThat(said("bindHost: 0.0.0.0", "bindHost: 127.0.0.1", keys(SAMPLE)))
                .contains("auth: the hash of shop is the sample of the documentation, a secret"
                        + " that everybody knows, and server.applicationConnectors[0].bindHost 0.0.0.0");
    }

    @Test
    void wrongSectionsAreNamedInOneLine() throws Exception {
        assertThat(said("bindHost: 127.0.0.1", "bindHost: 127.0.0.1", "auth: {type: passwords}\n"))
                .contains("auth.type: is one of api-keys, none");
        assertThat(said("bindHost: 127.0.0.1", "bindHost: 127.0.0.1", "auth: {type: api-keys}\n"))
                .contains("auth.keys: at least one key is needed");
        assertThat(said("bindHost: 127.0.0.1", "bindHost: 127.0.0.1", keys("12345")))
                .contains("hash of shop: the SHA-256 of the key is needed")
                .doesNotContain("12345");
        assertThat(said("bindHost: 127.0.0.1", "bindHost: 127.0.0.1", "limits: {concurrentRequests: 1024}\n"))
                .endsWith("limits.concurrentRequests: has to be below server.maxThreads, which is 1024");
        assertThat(said("bindHost: 127.0.0.1", "bindHost: 127.0.0.1", "limits: {rate: {requests: {permits: 0}}}\n"))
                .contains("limits.rate.requests.permits");
    }
}
