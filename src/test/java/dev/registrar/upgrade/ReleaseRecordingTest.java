package dev.registrar.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.model.Release;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Records the migrations of a release, only if enabled with the release as the value:
 *
 * <pre>mvn test -Dtest=ReleaseRecordingTest -Drecord.release=0.2.0</pre>
 *
 * The migrations of a published release are never recorded again.
 */
@EnabledIfSystemProperty(named = "record.release", matches = "\\d+\\.\\d+\\.\\d+")
class ReleaseRecordingTest {

    @Test
    void migrationsAreRecorded() throws IOException {
        Release release = Release.of(System.getProperty("record.release"));

        ReleaseRecord.writeMigrations(release);

        assertThat(Files.readString(ReleaseRecord.DIRECTORY.resolve(release + "/migrations.sha256")))
                .contains("  migrations/001-registrations.sql");
    }
}
