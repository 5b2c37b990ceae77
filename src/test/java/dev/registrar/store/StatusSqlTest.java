package dev.registrar.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The status of a registration is written in one class. Rules on bytecode cannot see SQL, so this test reads the
 * sources.
 */
class StatusSqlTest {

    private static final Path SOURCES = Path.of("src", "main", "java");

    /** A text block is one match; strings joined by {@code +} are another. */
    private static final Pattern SQL = Pattern.compile(
            "\"\"\"(.*?)\"\"\"|\"(?:[^\"\\\\\\n]|\\\\.)*\"(?:\\s*\\+\\s*\"(?:[^\"\\\\\\n]|\\\\.)*\")*", Pattern.DOTALL);

    private static final Pattern INSERT =
            Pattern.compile("\\b(?:INSERT\\s+INTO|MERGE\\s+INTO|COPY)\\s+registrations\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern UPDATE = Pattern.compile(
            "\\bUPDATE\\s+(?:ONLY\\s+)?registrations\\b.*?\\bSET\\b(.*?)(?:\\bWHERE\\b|\\z)",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern STATUS = Pattern.compile("\\bstatus\\s*=|\\(.*\\bstatus\\b.*\\)\\s*=");
    private static final Pattern CASE =
            Pattern.compile("\\bCASE\\b.*?\\bEND\\b", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private static boolean writesStatus(String source) {
        Matcher pieces = SQL.matcher(source);
        return pieces.results()
                .map(piece -> piece.group().replaceAll("\"\\s*\\+\\s*\"", ""))
                .anyMatch(sql -> {
                    Matcher update = UPDATE.matcher(sql);
                    return INSERT.matcher(sql).find()
                            || update.results()
                                    .map(found -> CASE.matcher(found.group(1)).replaceAll("?"))
                                    .anyMatch(set -> STATUS.matcher(set).find());
                });
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void onlyTheTransitionsWriteTheStatusOfARegistration() throws IOException {
        List<String> writers;
        try (Stream<Path> all = Files.walk(SOURCES)) {
            writers = all.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> writesStatus(read(file)))
                    .map(file -> file.getFileName().toString())
                    .collect(Collectors.toList());
        }

        assertThat(writers).containsExactly("RegistrationTransitions.java");
    }

    @Test
    void conditionNamesEveryStatusThatIsNotFinal() {
        String names = Stream.of(RegistrationStatus.values())
                .filter(status -> !status.ended())
                .map(status -> "'" + status + "'")
                .collect(Collectors.joining(", ", "status IN (", ")"));

        assertThat(RegistrationStatus.NOT_ENDED).hasSameSizeAs(names);
        assertThat(RegistrationStatus.NOT_ENDED.split("[(), ]+")).containsExactlyInAnyOrder(names.split("[(), ]+"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "execute(\"UPDATE registrations SET status = 'FAILED' WHERE id = ?\")",
                "execute(\"UPDATE registrations SET run = 2, \" + \"status = :s WHERE id = ?\")",
                "sql(\"\"\"\n  update registrations r\n  set updated_at = now(),\n      status = CASE WHEN TRUE THEN 'A' END\n\"\"\")",
                "sql(\"\"\"\n  UPDATE registrations SET (run, status) = (1, 'FAILED')\n\"\"\")",
                "sql(\"\"\"\n  INSERT INTO registrations (id) VALUES (:id)\n\"\"\")",
                "sql(\"\"\"\n WITH due AS (SELECT 1) UPDATE registrations SET status = 'RUNNING' FROM due\n\"\"\")"
            })
    void plantedWriterIsFound(String source) {
        assertThat(writesStatus(source)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "execute(\"UPDATE registrations SET held = TRUE WHERE status = 'FAILED'\")",
                "execute(\"UPDATE compensations SET status = 'OPEN'\")",
                "sql(\"\"\"\n UPDATE registrations SET run = CASE WHEN status = 'RUNNING' THEN 2 ELSE run END\n WHERE id = :id\n\"\"\")",
                "execute(\"UPDATE registrations SET run = 2 WHERE id = ?\"); status = \"x\";"
            })
    void otherStatementsAreNot(String source) {
        assertThat(writesStatus(source)).isFalse();
    }
}
