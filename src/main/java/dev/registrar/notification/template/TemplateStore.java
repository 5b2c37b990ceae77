package dev.registrar.notification.template;

import dev.registrar.notification.template.MessageTemplates.TemplateFile;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.transaction.Transaction;

/**
 * The table {@code message_templates}: every version ever loaded, one row per file, so that a message is sent with the
 * text of its own version. Throws {@link org.jdbi.v3.core.JdbiException} if the database does not answer. Thread-safe.
 */
public final class TemplateStore {

    private final Jdbi jdbi;

    public TemplateStore(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Stores a version; an existing one stays as it is. */
    public void keep(MessageTemplates templates, Instant now) {
        jdbi.useExtension(Dao.class, dao -> dao.keep(templates, now));
    }

    /**
     * The version of this hash; empty if it was never stored.
     *
     * @throws IllegalStateException if its rows do not match the hash
     */
    public Optional<MessageTemplates> find(String version) {
        List<TemplateFile> rows = jdbi.withExtension(Dao.class, dao -> dao.find(version));
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        SortedMap<String, String> files = new TreeMap<>();
        rows.forEach(row -> files.put(row.fileName(), row.content()));
        if (!MessageTemplates.hash(files).equals(version)) {
            throw new IllegalStateException("the stored templates " + version + " do not match their hash");
        }
        return Optional.of(TemplateLoader.restore(files));
    }

    interface Dao {

        @Transaction
        default void keep(MessageTemplates templates, Instant now) {
            templates
                    .parts()
                    .forEach(part -> add(templates.version(), part.name(), part.locale(), part.content(), now));
        }

        @SqlUpdate("""
                INSERT INTO message_templates (hash, name, locale, content, first_seen_at)
                VALUES (:hash, :name, :locale, :content, :at)
                ON CONFLICT DO NOTHING
                """)
        void add(String hash, String name, String locale, String content, Instant at);

        @SqlQuery("SELECT name, locale, content FROM message_templates WHERE hash = :hash")
        @RegisterConstructorMapper(TemplateFile.class)
        List<TemplateFile> find(String hash);
    }
}
