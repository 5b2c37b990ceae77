package dev.registrar.database;

import dev.registrar.model.Release;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a migration may do once a version was released: only what the version before can run on, unchanged. Everything that is not
 * expressly allowed is a finding. For one migration; not thread-safe.
 */
final class AdditiveRules {

    private static final String HEADER = "--changeset ";
    private static final Pattern SINCE = Pattern.compile("\\blabels:compatible-since-(\\S+)");
    private static final Pattern TABLE =
            Pattern.compile("create table (?:if not exists )?(\\w+) \\((.*)\\)", Pattern.CASE_INSENSITIVE);
    private static final Pattern ALTER = Pattern.compile("alter table (\\w+) (.*)", Pattern.CASE_INSENSITIVE);
    private static final Pattern STORAGE = Pattern.compile("set \\([^()]*\\)", Pattern.CASE_INSENSITIVE);
    private static final Pattern COLUMN = Pattern.compile("add column \\w+ (.*)", Pattern.CASE_INSENSITIVE);
    private static final Pattern INDEX =
            Pattern.compile("create index concurrently (\\w+) on \\w+ .*", Pattern.CASE_INSENSITIVE);
    private static final Pattern DROPPED =
            Pattern.compile("drop index concurrently if exists (\\w+)", Pattern.CASE_INSENSITIVE);
    private static final Pattern ANY_INDEX =
            Pattern.compile("create (?:unique )?index (?:concurrently )?(?:if not exists )?(\\w+)");
    private static final Pattern REFERENCE =
            Pattern.compile("references \\w+ \\(\\w+\\)(?! on delete (cascade|set null))", Pattern.CASE_INSENSITIVE);

    private final String earlier;
    private final List<String> findings = new ArrayList<>();
    private String changeSet = "";

    private AdditiveRules(String earlier) {
        this.earlier = earlier.toLowerCase(Locale.ROOT);
    }

    /**
     * One line for each thing that the version before could not live with.
     *
     * @param earlier the text of all migrations before it
     */
    static List<String> findings(String migration, String earlier) {
        AdditiveRules rules = new AdditiveRules(earlier);
        String[] parts = migration.split("(?m)^" + HEADER, -1);
        for (String part : Arrays.copyOfRange(parts, 1, parts.length)) {
            String[] headAndBody = part.split("\n", 2);
            rules.changeSet(headAndBody[0], headAndBody.length > 1 ? headAndBody[1] : "");
        }
        rules.require(parts.length > 1, "has no change set");
        rules.require(statements(parts[0]).isEmpty(), "has a statement outside of a change set");
        return rules.findings;
    }

    private void require(boolean holds, String finding) {
        if (!holds) {
            findings.add(changeSet + " " + finding);
        }
    }

    private void changeSet(String header, String body) {
        changeSet = header.split(" ", 2)[0];
        Matcher since = SINCE.matcher(header);
        Optional<Release> release = since.find() ? Release.parse(since.group(1)) : Optional.empty();
        require(release.isPresent(), "has no label compatible-since-RELEASE");
        require(
                release.isEmpty() || !release.get().isAfter(Release.PREVIOUS),
                "does not run with " + Release.PREVIOUS + ", the release before");
        List<String> statements = statements(body);
        boolean indexes = statements.stream().anyMatch(statement -> statement.contains("concurrently"));
        boolean alone = statements.stream().allMatch(AdditiveRules::isIndex);
        boolean transaction = !header.contains("runInTransaction:false");
        require(!indexes || !transaction, "builds an index CONCURRENTLY and lacks runInTransaction:false");
        require(transaction || alone, "has more than indexes without a transaction");
        Set<String> altered = new HashSet<>();
        Set<String> made = new HashSet<>();
        for (String statement : statements) {
            statement(statement, statements, altered, made);
        }
        require(altered.size() <= 1, "locks more than one table, " + altered);
    }

    private static boolean isIndex(String statement) {
        return INDEX.matcher(statement).matches() || DROPPED.matcher(statement).matches();
    }

    private void statement(String statement, List<String> all, Set<String> altered, Set<String> made) {
        Matcher table = TABLE.matcher(statement);
        Matcher alter = ALTER.matcher(statement);
        Matcher dropped = DROPPED.matcher(statement);
        if (table.matches()) {
            made.add(table.group(1));
            require(
                    !REFERENCE.matcher(statement).find(),
                    "has a foreign key that stops the version before from deleting rows: " + statement);
        } else if (alter.matches() && STORAGE.matcher(alter.group(2)).matches()) {
            altered.add(alter.group(1));
        } else if (alter.matches()) {
            altered.add(alter.group(1));
            columns(alter.group(2)).forEach(this::column);
        } else if (dropped.matches()) {
            restarted(dropped.group(1), all);
        } else {
            require(INDEX.matcher(statement).matches(), "may not: " + statement);
        }
    }

    /** An index is dropped only to build it again after an interrupted attempt of the same change set. */
    private void restarted(String index, List<String> all) {
        boolean built = all.stream()
                .map(INDEX::matcher)
                .anyMatch(matcher -> matcher.matches() && matcher.group(1).equals(index));
        boolean old = ANY_INDEX
                .matcher(earlier)
                .results()
                .anyMatch(result -> result.group(1).equals(index));
        require(built && !old, "drops the index " + index + ", which the version before may need");
    }

    private void column(String piece) {
        Matcher column = COLUMN.matcher(piece);
        if (!column.matches()) {
            require(false, "may not: " + piece);
            return;
        }
        String definition = column.group(1);
        require(
                !definition.matches(".*\\b(references|unique|primary|check|constraint|generated)\\b.*"),
                "constrains what the version before writes: " + piece);
        require(
                !definition.contains("not null") || definition.contains(" default "),
                "requires a value that the version before does not write: " + piece);
        require(
                !definition.matches(".* default .*\\(.*") || definition.endsWith(" default now()"),
                "rewrites the table: " + piece);
    }

    /** Splits at commas outside of parentheses. */
    private static List<String> columns(String pieces) {
        List<String> columns = new ArrayList<>();
        int depth = 0;
        int begin = 0;
        for (int i = 0; i < pieces.length(); i++) {
            char letter = pieces.charAt(i);
            depth += letter == '(' ? 1 : letter == ')' ? -1 : 0;
            if (letter == ',' && depth == 0) {
                columns.add(pieces.substring(begin, i).strip());
                begin = i + 1;
            }
        }
        columns.add(pieces.substring(begin).strip());
        return columns;
    }

    /** In lower case, on one line each, without comments. */
    private static List<String> statements(String text) {
        return Arrays.stream(text.replaceAll("(?m)--.*$", "").split(";", -1))
                .map(statement -> statement.replaceAll("\\s+", " ").strip().toLowerCase(Locale.ROOT))
                .filter(statement -> !statement.isEmpty())
                .toList();
    }
}
