package dev.registrar.notification.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.registrar.database.TestDatabase;
import dev.registrar.model.EmailAddress;
import dev.registrar.model.PhoneNumber;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UnavailableException.Reason;
import dev.registrar.notification.NotificationService.WelcomeEmail;
import dev.registrar.notification.NotificationService.WelcomeSms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class TemplateStoreTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final RegistrationId ID = RegistrationId.random();
    private static final String ABSENT = "0".repeat(64);

    @TempDir
    private Path dir;

    private final Jdbi jdbi = DATABASE.jdbi();
    private final TemplateStore store = new TemplateStore(jdbi);
    private MessageTemplates other;

    @BeforeEach
    void loadAnotherSet() throws IOException {
        Files.writeString(dir.resolve("welcome-email.subject.en.mustache"), "Other {{fullName}}");
        Files.writeString(dir.resolve("welcome-email.text.en.mustache"), "Other");
        Files.writeString(dir.resolve("welcome-email.html.en.mustache"), "Other");
        Files.writeString(dir.resolve("welcome-sms.text.en.mustache"), "Other\r\nž");
        other = TemplateLoader.of(dir, 3).load();
        jdbi.useHandle(handle -> handle.execute("DELETE FROM message_templates"));
    }

    private int rows() {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT count(*) FROM message_templates")
                .mapTo(Integer.class)
                .one());
    }

    private static WelcomeSms sms(String version) {
        return new WelcomeSms(ID, new PhoneNumber("+14155550101"), version, "en", 0);
    }

    @Test
    void versionIsFoundAsItWas() {
        store.keep(other, NOW);
        store.keep(TemplateLoader.builtIn().load(), NOW);

        MessageTemplates found = store.find(other.version()).orElseThrow();

        assertThat(found.version()).isEqualTo(other.version());
        assertThat(found.sms("en", ID)).isEqualTo("Other\r\nž");
        assertThat(store.find(ABSENT)).isEmpty();
        assertThat(rows()).isEqualTo(4 + 8);
    }

    @Test
    void versionIsKeptOnceWithTheTimeItWasFirstSeen() {
        store.keep(other, NOW);
        store.keep(other, NOW.plusSeconds(60));

        assertThat(rows()).isEqualTo(4);
        List<Instant> times =
                jdbi.withHandle(handle -> handle.createQuery("SELECT DISTINCT first_seen_at FROM message_templates")
                        .mapTo(Instant.class)
                        .list());
        assertThat(times).containsExactly(NOW);
    }

    @Test
    void rowsThatAreNotWhatTheirHashSaysAreRefused() {
        store.keep(other, NOW);
        jdbi.useHandle(handle ->
                handle.execute("UPDATE message_templates SET content = 'forged' WHERE name = 'welcome-sms.text'"));

        assertThatThrownBy(() -> store.find(other.version())).hasMessageContaining("do not match their hash");
    }

    @Test
    void messageHasTheTextOfItsOwnVersion() {
        store.keep(other, NOW);
        TemplateCatalog catalog = new TemplateCatalog(TemplateLoader.builtIn().load(), store::find);

        assertThat(catalog.sms(sms(other.version()))).isEqualTo("Other\r\nž");
        assertThat(catalog.sms(sms(catalog.currentVersion()))).startsWith("Welcome!");
        assertThat(catalog.sms(sms("welcome-sms-1")))
                .as("a version of a provider's own text")
                .startsWith("Welcome!");
        assertThat(catalog.email(new WelcomeEmail(
                                ID, new EmailAddress("ada@example.com"), "Ada", other.version(), "de", 0))
                        .subject())
                .isEqualTo("Other Ada");
    }

    @Test
    void versionThatIsMissingMakesItsMessageUnavailableUntilItIsThere() {
        TemplateCatalog catalog = new TemplateCatalog(TemplateLoader.builtIn().load(), store::find);

        UnavailableException failure =
                catchThrowableOfType(UnavailableException.class, () -> catalog.sms(sms(other.version())));

        assertThat(failure.reason()).isEqualTo(Reason.BLOCKED);
        assertThat(catalog.missing()).containsExactly(other.version());

        store.keep(other, NOW);

        assertThat(catalog.sms(sms(other.version()))).startsWith("Other");
        assertThat(catalog.missing()).isEmpty();
    }

    @Test
    void storeThatCannotBeAskedMakesTheMessageUnavailableAndIsAskedAgain() {
        AtomicInteger asked = new AtomicInteger();
        TemplateCatalog catalog = new TemplateCatalog(TemplateLoader.builtIn().load(), version -> {
            if (asked.incrementAndGet() == 1) {
                throw new IllegalStateException("away");
            }
            return Optional.of(other);
        });

        assertThatThrownBy(() -> catalog.sms(sms(other.version()))).isInstanceOf(UnavailableException.class);
        assertThat(catalog.missing()).isEmpty();
        assertThat(catalog.sms(sms(other.version()))).startsWith("Other");
        assertThat(catalog.sms(sms(other.version()))).startsWith("Other");
        assertThat(asked).hasValue(2);
    }
}
