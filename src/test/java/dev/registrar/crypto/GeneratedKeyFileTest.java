package dev.registrar.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.crypto.KeyRing.GeneratedKeyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class GeneratedKeyFileTest {

    @TempDir
    Path directory;

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void keyIsMadeOnceForItsOwnerOnly() throws IOException {
        Path file = directory.resolve("keys/encryption.key");

        KeyRing made = GeneratedKeyFile.open(file, new SecureRandom());

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(GeneratedKeyFile.open(file, new SecureRandom())).isEqualTo(made);
        assertThat(made.active()).matches("generated-[0-9a-f]{8}");
    }

    @Test
    void fileWithSomethingElseIsRefusedAndNotQuoted() throws IOException {
        Path file = Files.writeString(directory.resolve("encryption.key"), "hunter2");

        assertThatThrownBy(() -> GeneratedKeyFile.open(file, new SecureRandom()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is not 32 bytes in base64")
                .hasMessageNotContaining("hunter2");
    }
}
