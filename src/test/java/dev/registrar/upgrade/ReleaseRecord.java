package dev.registrar.upgrade;

import dev.registrar.model.Release;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What is kept of a release, in {@code src/test/resources/releases/NUMBER}.
 *
 * @param commit its tag or commit
 * @param built its jar; absent until it was built
 * @param migrations its migrations and the SHA-256 of each, in their order
 */
public record ReleaseRecord(Release number, String commit, Optional<Built> built, Map<String, String> migrations) {

    /**
     * A jar, as it is built on Linux on amd64.
     *
     * @param jdk the version of the JDK, which is comparable byte by byte with no other
     */
    public record Built(String sha256, String jdk) {}

    static final Path DIRECTORY = Path.of("src", "test", "resources", "releases");

    private static final Pattern FILE = Pattern.compile("(?m)^\\s+file: (\\S+)$");
    private static final String MIGRATIONS = "migrations.sha256";

    /** All releases, the oldest first. */
    public static List<ReleaseRecord> all() throws IOException {
        try (Stream<Path> folders = Files.list(DIRECTORY)) {
            List<ReleaseRecord> records = new ArrayList<>();
            for (Path folder : folders.toList()) {
                records.add(read(folder));
            }
            records.sort(Comparator.comparing(ReleaseRecord::number));
            return records;
        }
    }

    /** The release that users run. */
    public static ReleaseRecord newest() throws IOException {
        List<ReleaseRecord> all = all();
        return all.get(all.size() - 1);
    }

    private static ReleaseRecord read(Path folder) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(folder.resolve("release.properties"))) {
            properties.load(reader);
        }
        Map<String, String> migrations = new LinkedHashMap<>();
        for (String line : Files.readAllLines(folder.resolve(MIGRATIONS))) {
            String[] parts = line.split("  ", 2);
            migrations.put(parts[1], parts[0]);
        }
        return new ReleaseRecord(
                Release.of(folder.getFileName().toString()),
                properties.getProperty("commit"),
                Optional.ofNullable(properties.getProperty("sha256"))
                        .map(sha256 -> new Built(sha256, properties.getProperty("jdk"))),
                migrations);
    }

    /** Records the migrations of a release as they are now. */
    static void writeMigrations(Release number) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String file : migrationFiles()) {
            lines.add(checksum(Path.of("src", "main", "resources").resolve(file)) + "  " + file);
        }
        Files.write(
                Files.createDirectories(DIRECTORY.resolve(number.toString())).resolve(MIGRATIONS), lines);
    }

    /** The migrations of this version, in their order. */
    public static List<String> migrationFiles() throws IOException {
        String changeLog = Files.readString(Path.of("src", "main", "resources", "migrations.yml"));
        return FILE.matcher(changeLog).results().map(match -> match.group(1)).toList();
    }

    /** SHA-256, in hexadecimal digits. */
    public static String checksum(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
