package dev.registrar.notification.template;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** The parts of the messages; each is one file per locale. */
@SuppressWarnings("ImmutableEnumChecker") // The sets come from Set.copyOf.
enum TemplatePart {
    EMAIL_SUBJECT("welcome-email.subject", false, TemplateVariable.OF_EMAIL),
    EMAIL_TEXT("welcome-email.text", false, TemplateVariable.OF_EMAIL),
    /** The only one whose values are escaped. */
    EMAIL_HTML("welcome-email.html", true, TemplateVariable.OF_EMAIL),
    SMS_TEXT("welcome-sms.text", false, TemplateVariable.OF_SMS);

    private final String code;
    private final boolean html;
    private final Set<TemplateVariable> variables;

    TemplatePart(String code, boolean html, Set<TemplateVariable> variables) {
        this.code = code;
        this.html = html;
        this.variables = Set.copyOf(variables);
    }

    String code() {
        return code;
    }

    boolean isHtml() {
        return html;
    }

    boolean allows(String variable) {
        return variables.stream().anyMatch(allowed -> allowed.code().equals(variable));
    }

    /** Whether both are parts of the same message. */
    boolean isBeside(TemplatePart other) {
        return message().equals(other.message());
    }

    String message() {
        return code.substring(0, code.indexOf('.'));
    }

    static Optional<TemplatePart> of(String code) {
        return Arrays.stream(values()).filter(part -> part.code.equals(code)).findFirst();
    }
}
