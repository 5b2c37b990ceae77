package dev.registrar.notification.template;

import com.github.mustachejava.DefaultMustacheFactory;
import com.github.mustachejava.DefaultMustacheVisitor;
import com.github.mustachejava.Mustache;
import com.github.mustachejava.MustacheException;
import com.github.mustachejava.MustacheNotFoundException;
import com.github.mustachejava.MustacheVisitor;
import com.github.mustachejava.TemplateContext;
import dev.registrar.notification.template.TemplateLoader.TemplateError;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compiles one template and reports its errors: syntax, unknown variables, and everything that would read another file
 * or put a user's text into HTML unescaped. For one template; not thread-safe.
 */
final class TemplateCompiler extends DefaultMustacheFactory {

    /** The position in Mustache's own messages. */
    private static final Pattern PLACE = Pattern.compile("\\s*@?\\s*\\[[^\\[\\]]*:([0-9]+)]");

    private final TemplatePart part;
    private final String file;
    private final List<TemplateError> errors = new ArrayList<>();

    TemplateCompiler(TemplatePart part, String file) {
        this.part = part;
        this.file = file;
    }

    /** The template; empty if there are {@link #errors}. */
    Optional<Mustache> compileChecked(String content) {
        try {
            Mustache compiled = compile(new StringReader(content), file);
            return errors.isEmpty() ? Optional.of(compiled) : Optional.empty();
        } catch (MustacheException e) {
            String message = String.valueOf(e.getMessage());
            Matcher place = PLACE.matcher(message);
            int line = place.find() ? Integer.parseInt(place.group(1)) : 1;
            errors.add(new TemplateError(file, line, PLACE.matcher(message).replaceAll("")));
            return Optional.empty();
        }
    }

    List<TemplateError> errors() {
        return List.copyOf(errors);
    }

    @Override
    public void encode(String value, Writer writer) {
        if (part.isHtml()) {
            super.encode(value, writer);
            return;
        }
        try {
            writer.write(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Never called: no template may read another one. */
    @Override
    public Reader getReader(String resourceName) {
        throw new MustacheNotFoundException(resourceName);
    }

    @Override
    public MustacheVisitor createMustacheVisitor() {
        return new CheckingVisitor(this);
    }

    private void error(TemplateContext at, String message) {
        errors.add(new TemplateError(file, at.line(), message));
    }

    private final class CheckingVisitor extends DefaultMustacheVisitor {

        CheckingVisitor(DefaultMustacheFactory factory) {
            super(factory);
        }

        private void check(TemplateContext at, String variable) {
            if (!part.allows(variable)) {
                error(at, "unknown variable {{" + variable + "}}");
            }
        }

        @Override
        public void value(TemplateContext at, String variable, boolean encoded) {
            check(at, variable);
            if (part.isHtml() && !encoded) {
                error(at, "{{{" + variable + "}}} would put a user's text into HTML unescaped");
            }
            super.value(at, variable, encoded);
        }

        @Override
        public void iterable(TemplateContext at, String variable, Mustache inner) {
            check(at, variable);
            super.iterable(at, variable, inner);
        }

        @Override
        public void notIterable(TemplateContext at, String variable, Mustache inner) {
            check(at, variable);
            super.notIterable(at, variable, inner);
        }

        @Override
        public void partial(TemplateContext at, String variable, String indent) {
            error(at, "no partials: {{>" + variable + "}}");
        }

        @Override
        public void dynamicPartial(TemplateContext at, String variable, String indent) {
            error(at, "no partials: {{>" + variable + "}}");
        }

        @Override
        public void extend(TemplateContext at, String variable, Mustache inner) {
            error(at, "no inheritance: {{<" + variable + "}}");
        }

        @Override
        public void name(TemplateContext at, String variable, Mustache inner) {
            error(at, "no inheritance: {{$" + variable + "}}");
        }

        @Override
        public void checkName(TemplateContext at, String variable, Mustache inner) {
            error(at, "no inheritance: {{$" + variable + "}}");
        }

        @Override
        public void pragma(TemplateContext at, String pragma, String args) {
            error(at, "no pragmas: {{%" + pragma + "}}");
        }
    }
}
