package dev.registrar.notification.template;

import com.github.mustachejava.Mustache;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.TextRules;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One version of all templates. A message is in the requested language, else in the more general one ({@code de-AT},
 * {@code de}), else in {@link #DEFAULT_LOCALE}. Made by {@link TemplateLoader}; immutable and thread-safe.
 */
public final class MessageTemplates {

    /** The language that every set has. */
    public static final String DEFAULT_LOCALE = "en";

    private final String version;
    private final SortedMap<String, String> files;
    private final Map<TemplatePart, Map<String, Mustache>> compiled;

    MessageTemplates(SortedMap<String, String> files, Map<TemplatePart, Map<String, Mustache>> compiled) {
        this.files = new TreeMap<>(files);
        this.compiled = compiled;
        this.version = hash(files);
    }

    /** SHA-256 of all names and contents, 64 hexadecimal digits. */
    static String hash(SortedMap<String, String> files) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        files.forEach((name, content) -> {
            byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
            // With the length in front, so that no two sets yield the same bytes.
            digest.update((name + "\n" + bytes.length + "\n").getBytes(StandardCharsets.UTF_8));
            digest.update(bytes);
        });
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The version: the hash of the content. */
    public String version() {
        return version;
    }

    /** The files of the set. */
    List<TemplateFile> parts() {
        return files.entrySet().stream()
                .map(file -> TemplateFile.of(file.getKey(), file.getValue()))
                .toList();
    }

    /** The languages of the e-mail, with the default. */
    public List<String> locales() {
        return compiled.getOrDefault(TemplatePart.EMAIL_TEXT, Map.of()).keySet().stream()
                .sorted()
                .toList();
    }

    /** The e-mail in the best language. */
    public EmailText email(String locale, EmailValues values) {
        Map<String, String> variables = values.byCode();
        return new EmailText(
                TextRules.singleLine(render(TemplatePart.EMAIL_SUBJECT, locale, variables)),
                render(TemplatePart.EMAIL_TEXT, locale, variables),
                render(TemplatePart.EMAIL_HTML, locale, variables));
    }

    /** The SMS in the best language. */
    public String sms(String locale, RegistrationId reference) {
        return render(TemplatePart.SMS_TEXT, locale, Map.of(TemplateVariable.REFERENCE.code(), reference.toString()))
                .strip();
    }

    String render(TemplatePart part, String locale, Map<String, String> variables) {
        StringWriter text = new StringWriter();
        best(part, locale).execute(text, new HashMap<>(variables));
        return text.toString();
    }

    /** RFC 4647, 3.4: the tag is shortened from its end until there is a match. */
    private Mustache best(TemplatePart part, String locale) {
        Map<String, Mustache> byLocale = compiled.getOrDefault(part, Map.of());
        String tag = Locale.forLanguageTag(locale).toLanguageTag();
        while (!tag.isEmpty()) {
            @Nullable Mustache template = byLocale.get(tag);
            if (template != null) {
                return template;
            }
            tag = tag.substring(0, Math.max(0, tag.lastIndexOf('-')));
        }
        @Nullable Mustache template = byLocale.get(DEFAULT_LOCALE);
        if (template == null) {
            throw new IllegalStateException("no " + part.code() + " in " + DEFAULT_LOCALE);
        }
        return template;
    }

    /**
     * One file of a set.
     *
     * @param name message and part, for example {@code welcome-email.subject}
     */
    public record TemplateFile(String name, String locale, String content) {

        static final String EXTENSION = ".mustache";

        static TemplateFile of(String fileName, String content) {
            String stem = fileName.substring(0, fileName.length() - EXTENSION.length());
            int dot = stem.lastIndexOf('.');
            return new TemplateFile(stem.substring(0, dot), stem.substring(dot + 1), content);
        }

        String fileName() {
            return name + "." + locale + EXTENSION;
        }
    }

    /** The values available to the e-mail's templates. */
    public record EmailValues(String fullName, String email, RegistrationId reference) {

        Map<String, String> byCode() {
            return Map.of(
                    TemplateVariable.FULL_NAME.code(), fullName,
                    TemplateVariable.EMAIL.code(), email,
                    TemplateVariable.REFERENCE.code(), reference.toString());
        }

        @Override
        public String toString() {
            return "EmailValues[" + reference + "]";
        }
    }

    /** An e-mail as it is sent; its subject is a single line, whatever the user's name contains. */
    public record EmailText(String subject, String text, String html) {

        @Override
        public String toString() {
            return "EmailText[…]";
        }
    }
}
