package dev.registrar.notification.template;

import com.github.mustachejava.Mustache;
import dev.registrar.model.RegistrationId;
import dev.registrar.notification.template.MessageTemplates.EmailValues;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads and checks a set of templates: the files of one directory, or the built-in ones. A file is named {@code
 * <message>.<part>.<locale>.mustache}: {@code welcome-email.subject.de-AT.mustache}; parts are {@code subject}, {@code
 * text} and {@code html} of {@code welcome-email}, and {@code text} of {@code welcome-sms}. A message must have all its
 * parts in each of its languages, and must exist in {@code en}. Files whose name begins with a dot are ignored.
 * Thread-safe.
 */
public final class TemplateLoader {

    /** The default limit on the segments of an SMS. */
    public static final int DEFAULT_SMS_SEGMENTS = 3;

    private static final Pattern FILE = Pattern.compile("(.+\\..+)\\.([A-Za-z0-9-]+)\\.mustache");
    private static final List<String> BUILT_IN_LOCALES = List.of("de", "en");
    private static final int MAX_FILE_BYTES = 256 * 1024;

    /** Longer subjects are cut by most readers; header lines end at 998 bytes (RFC 5322). */
    private static final int MAX_SUBJECT = 200;

    private final @Nullable Path directory;
    private final int smsSegments;

    private TemplateLoader(@Nullable Path directory, int smsSegments) {
        this.directory = directory;
        this.smsSegments = smsSegments;
    }

    /** The examples that come with the service, in English and German. */
    public static TemplateLoader builtIn() {
        return new TemplateLoader(null, DEFAULT_SMS_SEGMENTS);
    }

    /** @param smsSegments maximum segments of an SMS */
    public static TemplateLoader of(Path directory, int smsSegments) {
        return new TemplateLoader(directory, smsSegments);
    }

    /** @throws IllegalStateException with every error, if any: the service must not start then */
    public MessageTemplates load() {
        TemplateReport report = renderAll();
        MessageTemplates templates = report.templates();
        if (templates == null) {
            throw new IllegalStateException(report.errors().stream()
                    .map(TemplateError::toString)
                    .collect(Collectors.joining("\n", "The templates cannot be used:\n", "")));
        }
        return templates;
    }

    /** Reads all templates, renders each with sample values, and reports all errors. */
    public TemplateReport renderAll() {
        Check check = new Check(smsSegments);
        SortedMap<String, String> files = directory == null ? builtInFiles() : check.read(directory);
        return files.isEmpty() && !check.errors.isEmpty()
                ? new TemplateReport(null, check.errors, List.of())
                : check.run(files);
    }

    /** A version that was stored. */
    static MessageTemplates restore(SortedMap<String, String> files) {
        TemplateReport report = new Check(Integer.MAX_VALUE).run(files);
        if (report.templates() == null) {
            throw new IllegalStateException("a stored version of the templates cannot be read");
        }
        return report.templates();
    }

    private static SortedMap<String, String> builtInFiles() {
        SortedMap<String, String> files = new TreeMap<>();
        for (TemplatePart part : TemplatePart.values()) {
            for (String locale : BUILT_IN_LOCALES) {
                String name = part.code() + "." + locale + ".mustache";
                try (InputStream in = TemplateLoader.class.getResourceAsStream("/templates/" + name)) {
                    if (in == null) {
                        throw new IllegalStateException("no built-in template " + name);
                    }
                    files.put(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return files;
    }

    /** One reading of one set. */
    private static final class Check {

        private final int smsSegments;
        private final List<TemplateError> errors = new ArrayList<>();
        private final List<Rendering> renderings = new ArrayList<>();

        Check(int smsSegments) {
            this.smsSegments = smsSegments;
        }

        SortedMap<String, String> read(Path directory) {
            SortedMap<String, String> files = new TreeMap<>();
            try (Stream<Path> entries = Files.list(directory)) {
                for (Path entry : entries.sorted().toList()) {
                    String name = entry.getFileName().toString();
                    if (!name.startsWith(".")) {
                        read(entry, name, files);
                    }
                }
            } catch (IOException e) {
                String reason =
                        Files.exists(directory) ? "is not a readable directory" : "the directory does not exist";
                errors.add(new TemplateError(directory.toString(), 0, reason));
            }
            return files;
        }

        private void read(Path entry, String name, SortedMap<String, String> files) throws IOException {
            if (!Files.isRegularFile(entry) || Files.size(entry) > MAX_FILE_BYTES) {
                errors.add(new TemplateError(name, 0, "not a file of at most 256 KiB"));
                return;
            }
            try {
                String content = StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(Files.readAllBytes(entry)))
                        .toString();
                files.put(name, content);
            } catch (CharacterCodingException e) {
                errors.add(new TemplateError(name, 0, "is not UTF-8"));
            }
        }

        TemplateReport run(SortedMap<String, String> files) {
            Map<TemplatePart, Map<String, Mustache>> compiled = new EnumMap<>(TemplatePart.class);
            Map<TemplatePart, List<String>> named = new EnumMap<>(TemplatePart.class);
            files.forEach((name, content) -> compile(name, content, compiled, named));
            findMissing(named);
            if (!errors.isEmpty()) {
                return new TemplateReport(null, errors, renderings);
            }
            MessageTemplates templates = new MessageTemplates(files, compiled);
            compiled.forEach((part, byLocale) ->
                    byLocale.keySet().stream().sorted().forEach(locale -> render(templates, part, locale)));
            return new TemplateReport(errors.isEmpty() ? templates : null, errors, renderings);
        }

        private void compile(
                String name,
                String content,
                Map<TemplatePart, Map<String, Mustache>> compiled,
                Map<TemplatePart, List<String>> named) {
            Matcher matcher = FILE.matcher(name);
            TemplatePart part =
                    matcher.matches() ? TemplatePart.of(matcher.group(1)).orElse(null) : null;
            if (part == null) {
                errors.add(new TemplateError(
                        name,
                        0,
                        "is not called <message>.<part>.<locale>.mustache, with "
                                + Arrays.stream(TemplatePart.values())
                                        .map(TemplatePart::code)
                                        .collect(Collectors.joining(", "))));
                return;
            }
            String locale = matcher.group(2);
            String canonical = Locale.forLanguageTag(locale).toLanguageTag();
            if (!canonical.equals(locale)) {
                errors.add(new TemplateError(
                        name,
                        0,
                        "its locale is not written as in BCP 47" + ("und".equals(canonical) ? "" : ": " + canonical)));
                return;
            }
            named.computeIfAbsent(part, key -> new ArrayList<>()).add(locale);
            TemplateCompiler compiler = new TemplateCompiler(part, name);
            compiler.compileChecked(content)
                    .ifPresent(template -> compiled.computeIfAbsent(part, key -> new TreeMap<>())
                            .put(locale, template));
            errors.addAll(compiler.errors());
        }

        private void findMissing(Map<TemplatePart, List<String>> named) {
            for (TemplatePart part : TemplatePart.values()) {
                TreeSet<String> wanted = new TreeSet<>(List.of(MessageTemplates.DEFAULT_LOCALE));
                named.forEach((other, locales) -> {
                    if (other.isBeside(part)) {
                        wanted.addAll(locales);
                    }
                });
                wanted.removeAll(named.getOrDefault(part, List.of()));
                wanted.forEach(locale ->
                        errors.add(new TemplateError(part.code() + "." + locale + ".mustache", 0, "is missing")));
            }
        }

        private void render(MessageTemplates templates, TemplatePart part, String locale) {
            String file = part.code() + "." + locale + ".mustache";
            RegistrationId reference = RegistrationId.of(TemplateVariable.REFERENCE.sample());
            EmailValues values =
                    new EmailValues(TemplateVariable.FULL_NAME.sample(), TemplateVariable.EMAIL.sample(), reference);
            String text;
            try {
                text = templates.render(part, locale, values.byCode()).strip();
            } catch (RuntimeException e) {
                errors.add(new TemplateError(file, 1, "cannot be rendered: " + e.getMessage()));
                return;
            }
            renderings.add(new Rendering(file, text));
            if (text.isEmpty()) {
                errors.add(new TemplateError(file, 1, "renders to nothing"));
            }
            if (part == TemplatePart.EMAIL_SUBJECT && (text.lines().count() > 1 || text.length() > MAX_SUBJECT)) {
                errors.add(new TemplateError(file, 1, "a subject is one line of at most " + MAX_SUBJECT + " letters"));
            }
            if (part == TemplatePart.SMS_TEXT) {
                SmsLength length = SmsLength.of(text);
                if (length.segments() > smsSegments) {
                    errors.add(new TemplateError(
                            file,
                            1,
                            length.segments() + " segments of " + length.encoding() + ", at most " + smsSegments
                                    + " are allowed"));
                }
            }
        }
    }

    /**
     * An error in a template.
     *
     * @param line from 1; 0 if it is about the file as a whole
     */
    public record TemplateError(String file, int line, String message) {

        @Override
        public String toString() {
            return file + (line == 0 ? "" : ":" + line) + ": " + message;
        }
    }

    /** A template, rendered with sample values. */
    public record Rendering(String file, String text) {}

    /**
     * The result of a check.
     *
     * @param templates absent if there is an error
     */
    public record TemplateReport(
            @Nullable MessageTemplates templates, List<TemplateError> errors, List<Rendering> renderings) {

        public TemplateReport {
            errors = List.copyOf(errors);
            renderings = List.copyOf(renderings);
        }
    }
}
