package dev.registrar.notification.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.model.RegistrationId;
import dev.registrar.notification.template.MessageTemplates.EmailText;
import dev.registrar.notification.template.MessageTemplates.EmailValues;
import dev.registrar.notification.template.TemplateLoader.TemplateError;
import dev.registrar.notification.template.TemplateLoader.TemplateReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateLoaderTest {

    private static final RegistrationId ID = RegistrationId.of("0f8e1c1a-0000-4000-8000-000000000001");

    @TempDir
    private Path dir;

    @BeforeEach
    void writeSmallestSet() throws IOException {
        write("welcome-email.subject.en", "Welcome {{fullName}}\n");
        write("welcome-email.text.en", "Hello {{fullName}} at {{email}}, {{reference}}\n");
        write("welcome-email.html.en", "<p>Hello {{fullName}}</p>\n");
        write("welcome-sms.text.en", "Hello, {{reference}}\n");
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(dir.resolve(name + ".mustache"), content);
    }

    private void writeEmail(String locale, String subject) throws IOException {
        write("welcome-email.subject." + locale, subject);
        write("welcome-email.text." + locale, "text");
        write("welcome-email.html." + locale, "html");
    }

    private TemplateReport report() {
        return TemplateLoader.of(dir, TemplateLoader.DEFAULT_SMS_SEGMENTS).renderAll();
    }

    private MessageTemplates load() {
        return TemplateLoader.of(dir, TemplateLoader.DEFAULT_SMS_SEGMENTS).load();
    }

    private static EmailValues values(String fullName) {
        return new EmailValues(fullName, "ada@example.com", ID);
    }

    @Test
    void builtInTemplatesAreInEnglishAndGermanWithoutAnError() {
        TemplateReport report = TemplateLoader.builtIn().renderAll();

        assertThat(report.errors()).isEmpty();
        assertThat(report.renderings())
                .hasSize(8)
                .noneMatch(rendering -> rendering.text().contains("{{"));
        MessageTemplates templates = TemplateLoader.builtIn().load();
        assertThat(templates.locales()).containsExactly("de", "en");
        assertThat(templates.sms("de", ID)).startsWith("Willkommen").endsWith(ID.toString());
        assertThat(SmsLength.of(templates.sms("de", ID)).segments()).isOne();
        assertThat(SmsLength.of(templates.sms("en", ID)).segments()).isOne();
    }

    @ParameterizedTest
    @CsvSource({
        "de-AT, at",
        "de-AT-x-own, at",
        "de, de",
        "de-CH, de",
        "de-1901, de",
        "en, en",
        "en-GB, en",
        "fr, en",
        "zh-Hant-TW, zh",
        "zh-TW, en",
        "'', en",
        "no language, en",
        "de_AT, en",
        "DE-at, at"
    })
    void messageIsInTheNearestLanguage(String asked, String found) throws IOException {
        write("welcome-email.subject.en", "en");
        writeEmail("de", "de");
        writeEmail("de-AT", "at");
        writeEmail("zh-Hant", "zh");

        assertThat(load().email(asked, values("Ada")).subject()).isEqualTo(found);
    }

    @Test
    void valuesAreEscapedInHtmlAndNowhereElse() {
        EmailText text = load().email("en", values("<b>Ada</b> & \"Co\""));

        assertThat(text.html()).isEqualTo("<p>Hello &lt;b&gt;Ada&lt;/b&gt; &amp; &quot;Co&quot;</p>\n");
        assertThat(text.text()).isEqualTo("Hello <b>Ada</b> & \"Co\" at ada@example.com, " + ID + "\n");
        assertThat(text.subject()).isEqualTo("Welcome <b>Ada</b> & \"Co\"");
    }

    @Test
    void valueIsNeverATemplate() {
        assertThat(load().email("en", values("{{email}}")).subject()).isEqualTo("Welcome {{email}}");
    }

    @Test
    void everyErrorIsReportedWithFileAndLine() throws IOException {
        write("welcome-email.text.en", "Hello\n{{fulName}}\n\n{{#nickname}}x{{/nickname}}{{^other}}{{/other}}\n");
        write("welcome-email.html.en", "<p>\n{{{fullName}}}\n{{>footer}}\n{{&email}}</p>");
        write("welcome-email.subject.en", "two\nlines");
        write("welcome-sms.text.en", "Hello\n{{fullName}}");
        write("welcome-email.subject.fr", "{{fullName}} {{#fullName}}");
        write("welcome-email.text.de_AT", "x");
        write("welcome-letter.text.en", "x");
        Files.writeString(dir.resolve("welcome-sms.text.de.mustach"), "x");
        Files.write(dir.resolve("welcome-sms.text.it.mustache"), "à".getBytes(StandardCharsets.ISO_8859_1));
        Files.createDirectory(dir.resolve("sub"));
        Files.createDirectory(dir.resolve("..data"));

        TemplateReport report = report();

        assertThat(report.templates()).isNull();
        assertThat(report.errors())
                .extracting(TemplateError::toString)
                .anyMatch(error -> error.equals("welcome-email.text.en.mustache:2: unknown variable {{fulName}}"))
                .anyMatch(error -> error.equals("welcome-email.text.en.mustache:4: unknown variable {{nickname}}"))
                .anyMatch(error -> error.equals("welcome-email.text.en.mustache:4: unknown variable {{other}}"))
                .anyMatch(error -> error.startsWith("welcome-email.html.en.mustache:2: {{{fullName}}} would put"))
                .anyMatch(error -> error.equals("welcome-email.html.en.mustache:3: no partials: {{>footer}}"))
                .anyMatch(error -> error.startsWith("welcome-email.html.en.mustache:4: {{{email}}} would put"))
                .anyMatch(error -> error.equals("welcome-sms.text.en.mustache:2: unknown variable {{fullName}}"))
                .anyMatch(error -> error.startsWith("welcome-email.subject.fr.mustache:1: "))
                .anyMatch(error -> error.equals("welcome-email.html.fr.mustache: is missing"))
                .anyMatch(error -> error.equals("welcome-email.text.fr.mustache: is missing"))
                .anyMatch(error -> error.startsWith("welcome-email.text.de_AT.mustache: "))
                .anyMatch(error -> error.startsWith("welcome-letter.text.en.mustache: is not called"))
                .anyMatch(error -> error.startsWith("welcome-sms.text.de.mustach: is not called"))
                .anyMatch(error -> error.equals("welcome-sms.text.it.mustache: is not UTF-8"))
                .anyMatch(error -> error.startsWith("sub: not a file"))
                .noneMatch(error -> error.contains("..data"))
                .hasSize(15);
        assertThatThrownBy(this::load).hasMessageContaining("fulName").hasMessageContaining("is missing");
    }

    @ParameterizedTest
    @CsvSource({
        "welcome-email.subject.en, 'two\nlines', a subject is one line",
        "welcome-email.text.en, ' ', renders to nothing",
        "welcome-sms.text.en, '', renders to nothing",
    })
    void renderingIsChecked(String file, String content, String error) throws IOException {
        write(file, content);

        assertThat(report().errors())
                .singleElement()
                .extracting(TemplateError::toString)
                .asString()
                .startsWith(file + ".mustache:1: " + error);
    }

    @Test
    void smsHasAtMostSoManySegments() throws IOException {
        write("welcome-sms.text.en", "a".repeat(3 * 153));
        assertThat(report().errors()).isEmpty();

        write("welcome-sms.text.en", "a".repeat(3 * 153 + 1));
        assertThat(report().errors())
                .singleElement()
                .extracting(TemplateError::toString)
                .isEqualTo("welcome-sms.text.en.mustache:1: 4 segments of GSM_7, at most 3 are allowed");

        write("welcome-sms.text.en", "ž".repeat(3 * 67 + 1));
        assertThat(report().errors())
                .singleElement()
                .extracting(TemplateError::message)
                .isEqualTo("4 segments of UCS_2, at most 3 are allowed");
        assertThat(TemplateLoader.of(dir, 4).renderAll().errors()).isEmpty();
    }

    @Test
    void missingDirectoryAndMissingDefaultLanguageAreErrors() throws IOException {
        Files.delete(dir.resolve("welcome-sms.text.en.mustache"));
        write("welcome-sms.text.de", "Hallo");

        assertThat(report().errors())
                .extracting(TemplateError::toString)
                .containsExactly("welcome-sms.text.en.mustache: is missing");
        assertThat(TemplateLoader.of(dir.resolve("none"), 3)
                        .renderAll()
                        .errors()
                        .get(0)
                        .message())
                .isEqualTo("the directory does not exist");
    }

    @Test
    void versionIsTheContent() throws IOException {
        String before = load().version();

        assertThat(before).matches("[0-9a-f]{64}").isEqualTo(load().version());

        write("welcome-sms.text.en", "Hello, {{reference}}.\n");
        String after = load().version();
        assertThat(after).isNotEqualTo(before);

        write("welcome-sms.text.en", "Hello, {{reference}}\n");
        assertThat(load().version()).isEqualTo(before);
    }
}
