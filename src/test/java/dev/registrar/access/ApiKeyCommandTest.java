package dev.registrar.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.RegistrarApplication;
import dev.registrar.access.AuthenticationFactory.NoAuthenticationFactory;
import dev.registrar.access.Caller.Role;
import dev.registrar.model.Secret;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.jackson.DiscoverableSubtypeResolver;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.sourceforge.argparse4j.inf.Namespace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys: created by the command, stored in a file, read from it. */
class ApiKeyCommandTest {

    private static final String HASH = "ab".repeat(32);

    @TempDir
    Path directory;

    private static List<String> made(String id, String role) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new ApiKeyCommand(new SecureRandom(), new PrintStream(out, true, StandardCharsets.UTF_8))
                .run(new Bootstrap<>(new RegistrarApplication()), new Namespace(Map.of("id", id, "role", role)));
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void whatTheCommandPrintsIsAKeyAndTheLinesThatLetItIn() throws Exception {
        List<String> lines = made("shop", "client");
        String key = lines.get(2);
        Path file = Files.write(directory.resolve("keys.yml"), lines.subList(6, lines.size()));

        ApiKeysFactory factory = new ApiKeysFactory(List.of(), file, 10);

        assertThat(key).matches("rk_[A-Za-z0-9_-]{43}");
        assertThat(factory.keys()).containsExactly(new ApiKey("shop", Role.CLIENT, ApiKey.hash(new Secret(key)), null));
        assertThat(factory.build(new TestClock()).authenticate(List.of("Bearer " + key), "here"))
                .isEqualTo(new Caller("shop", Role.CLIENT));
        assertThat(factory.toString()).doesNotContain(factory.keys().get(0).hash());
    }

    @Test
    void noKeyIsMadeTwice() {
        Set<String> keys = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            keys.add(ApiKey.generate(new SecureRandom()).reveal());
        }

        assertThat(keys).hasSize(1_000);
    }

    @Test
    void typesAreDiscoverable() {
        assertThat(new DiscoverableSubtypeResolver().getDiscoveredSubtypes())
                .contains(NoAuthenticationFactory.class, ApiKeysFactory.class);
    }

    @Test
    void fileMayHoldExpiryAndIsAddedToTheList() throws Exception {
        Path file = Files.writeString(
                directory.resolve("keys.yml"),
                "- {id: ops, role: operator, hash: " + HASH + ", expires: 2027-01-31T00:00:00Z}\n");

        ApiKeysFactory factory =
                new ApiKeysFactory(List.of(new ApiKey("shop", Role.CLIENT, "cd".repeat(32), null)), file, 3);

        assertThat(factory.keys()).extracting(ApiKey::id).containsExactly("shop", "ops");
        assertThat(factory.keys().get(1).expires()).isEqualTo(Instant.parse("2027-01-31T00:00:00Z"));
    }

    @Test
    void wrongKeysAreNamedInOneSentence() throws Exception {
        assertThatThrownBy(() -> new ApiKeysFactory(List.of(), null, 10))
                .hasMessageStartingWith("auth.keys: at least one key is needed");
        assertThatThrownBy(() -> new ApiKeysFactory(List.of(), directory.resolve("none.yml"), 10))
                .hasMessageEndingWith("none.yml does not exist");
        assertThatThrownBy(() -> read("- {id: ops, role: boss, hash: " + HASH + "}"))
                .hasMessageContaining("is not a list of keys");
        assertThatThrownBy(() -> read("- {id: ops, role: operator, hash: secret}"))
                .hasMessageContaining("hash of ops: the SHA-256 of the key is needed")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> read("- {id: anonymous, role: operator, hash: " + HASH + "}"))
                .hasMessageContaining("reserved for callers without authentication");
        assertThatThrownBy(() -> read(
                        "- {id: a, role: client, hash: " + HASH + "}\n- {id: b, role: client, hash: " + HASH + "}"))
                .hasMessage("auth.keys: the hash of b is listed twice");
        assertThatThrownBy(() -> read("- {id: a, role: client, hash: " + HASH + "}\n- {id: a, role: operator, hash: "
                        + "cd".repeat(32) + "}"))
                .hasMessage("auth.keys: a has two roles");
    }

    /** A misspelt {@code expires} would make the key valid for ever. */
    @Test
    void unknownOrRepeatedOptionOfAKeyIsRefused() {
        String first = "- {id: a, role: client, hash: " + HASH + "}\n";
        assertThatThrownBy(
                        () -> read(first + "- {id: b, role: client, hash: " + HASH + ", expire: 2026-12-31T00:00:00Z}"))
                .hasMessageContaining("key 2 has an unknown option; known are ")
                .hasMessageContaining("expires")
                .hasMessageNotContaining("2026-12-31");
        assertThatThrownBy(() -> read("- {id: a, role: client, hash: " + HASH + ", hash: " + "cd".repeat(32) + "}"))
                .hasMessageContaining("is not a list of keys");
    }

    private ApiKeysFactory read(String keys) throws Exception {
        return new ApiKeysFactory(List.of(), Files.writeString(directory.resolve("keys.yml"), keys), 10);
    }

    @Test
    void sampleKeyOfTheDocumentationIsKnownAsSuch() throws Exception {
        String guide = Files.readString(Path.of("docs", "security.md"));
        String key = guide.replaceAll("(?s).*?(rk_sample[A-Za-z0-9_-]*).*", "$1");
        String hash = ApiKey.hash(new Secret(key));

        assertThat(guide).contains(hash);
        assertThat(new ApiKey("shop", Role.CLIENT, hash, null).isSample()).isTrue();
    }
}
