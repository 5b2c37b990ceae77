package dev.registrar.faults;

import dev.registrar.faults.FaultReport.Result;
import dev.registrar.faults.FaultWorld.Instance;
import dev.registrar.faults.Invariants.Violation;
import dev.registrar.flow.DatabaseProbe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Keeps what explains a violation: the world's directory is deleted after the suite. */
final class Evidence {

    private static final String ID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
    private static final int MOST_REGISTRATIONS = 20;

    private final FaultWorld world;
    private final Path directory;

    /** @param directory for the evidence of one run */
    Evidence(FaultWorld world, Path directory) {
        this.world = world;
        this.directory = directory;
    }

    /** Writes the story, the logs of both instances, and everything about the registrations of the violations. */
    void save(Result result) {
        try {
            Files.createDirectories(directory);
            write("story.txt", result.violations() + "\n\n" + String.join("\n", result.story()));
            for (Instance instance : world.instances()) {
                String log = Files.readString(instance.process().directory().resolve("registrar.log"));
                write("instance" + instance.number() + ".log", log);
            }
            List<String> ids = result.violations().stream()
                    .map(Violation::registration)
                    .filter(id -> id.matches(ID))
                    .distinct()
                    .limit(MOST_REGISTRATIONS)
                    .toList();
            for (String id : ids) {
                write(id + ".txt", about(id));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(directory.resolve(name), content);
    }

    private String about(String id) {
        DatabaseProbe database = world.database();
        List<Map<String, Object>> rows = database.rows("SELECT * FROM registrations WHERE id::text = ?", id);
        String user = rows.isEmpty() ? "" : Objects.toString(rows.get(0).get("user_id"));
        return String.join(
                "\n\n",
                text(rows),
                text(database.rows(
                        "SELECT * FROM compensations WHERE registration_id::text = ? ORDER BY position", id)),
                text(database.rows("SELECT * FROM commands WHERE registration_id::text = ? ORDER BY seq", id)),
                text(database.rows("SELECT * FROM accounts WHERE registration_id::text = ?", id)),
                world.sandbox().ledger().stream()
                        .filter(entry -> entry.userId().equals(user))
                        .map(Object::toString)
                        .collect(Collectors.joining("\n")),
                histories(id));
    }

    private static String text(List<Map<String, Object>> rows) {
        return rows.stream().map(row -> new TreeMap<>(row).toString()).collect(Collectors.joining("\n"));
    }

    /** A registration that was never started has none. */
    private String histories(String id) {
        try {
            return world.temporal().histories(id);
        } catch (RuntimeException e) {
            return "no histories: " + e;
        }
    }
}
