package dev.registrar.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.model.NewerVersionException;
import dev.registrar.model.Release;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The numbers of releases agree with each other. */
class ReleaseTest {

    private static final Pattern RUNNING = Pattern.compile("Release\\.(CURRENT|PREVIOUS)|Release CURRENT");

    private static final Pattern POM_VERSION =
            Pattern.compile("<artifactId>registrar</artifactId>\\s*<version>([0-9.]+)(-SNAPSHOT)?</version>");

    @Test
    void currentReleaseIsThatOfThePom() throws IOException {
        Matcher version = POM_VERSION.matcher(Files.readString(Path.of("pom.xml")));

        assertThat(version.find()).isTrue();
        assertThat(Release.CURRENT).hasToString(version.group(1));
    }

    @Test
    void previousReleaseIsTheNewestOneThatIsKeptAndOlder() throws IOException {
        Release previous = ReleaseRecord.all().stream()
                .map(ReleaseRecord::number)
                .filter(Release.CURRENT::isAfter)
                .max(Comparator.naturalOrder())
                .orElse(Release.CURRENT);

        assertThat(Release.PREVIOUS).isEqualTo(previous);
    }

    @Test
    void everyReleaseHasHistories() throws IOException {
        for (ReleaseRecord release : ReleaseRecord.all()) {
            assertThat(Path.of(
                            "src",
                            "test",
                            "resources",
                            "histories",
                            release.number().toString()))
                    .isDirectory();
        }
    }

    /** What a workflow may do is decided by its input: code that asked for the running version would differ between two workers. */
    @Test
    void runningVersionIsAskedForOnlyByGateAndConfiguration() throws IOException {
        try (Stream<Path> sources = Files.walk(Path.of("src", "main", "java"))) {
            assertThat(sources.filter(Files::isRegularFile).filter(ReleaseTest::asksForTheVersion))
                    .extracting(file -> file.getFileName().toString())
                    .containsExactlyInAnyOrder("Release.java", "SchemaGate.java", "FeaturesConfiguration.java");
        }
    }

    private static boolean asksForTheVersion(Path file) {
        try {
            return RUNNING.matcher(Files.readString(file)).find();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void releasesAreOrderedByTheirNumbers() {
        assertThat(List.of("0.10.0", "0.2.0", "1.0.0", "0.2.10", "0.2.9").stream()
                        .map(Release::of)
                        .sorted())
                .extracting(Release::toString)
                .containsExactly("0.2.0", "0.2.9", "0.2.10", "0.10.0", "1.0.0");
        assertThat(Release.parse("0.2")).isEmpty();
        assertThatThrownBy(() -> Release.of("v0.2.0"))
                .hasMessage("is a release with three numbers, for example " + Release.CURRENT);
    }

    @Test
    void featuresOfALaterReleaseAreRefused() {
        assertThat(Release.known(null)).isEqualTo(Release.of("0.2.0"));
        assertThat(Release.known(Release.CURRENT)).isEqualTo(Release.CURRENT);
        assertThatThrownBy(() -> Release.known(new Release(9, 0, 0)))
                .isInstanceOf(NewerVersionException.class)
                .hasMessageContaining("9.0.0");
    }
}
