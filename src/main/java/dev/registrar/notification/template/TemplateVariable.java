package dev.registrar.notification.template;

import java.util.EnumSet;
import java.util.Set;

/** The variables of templates, as {@code {{fullName}}}; any other is an error when templates are loaded. */
public enum TemplateVariable {
    /** The user's full name, as registered. E-mail only. */
    FULL_NAME("fullName", "Ada Lovelace"),
    /** The address the e-mail goes to. E-mail only. */
    EMAIL("email", "ada@example.com"),
    /** The registration's id, for support requests. */
    REFERENCE("reference", "0f8e1c1a-0000-4000-8000-000000000001");

    static final Set<TemplateVariable> OF_EMAIL = EnumSet.allOf(TemplateVariable.class);
    static final Set<TemplateVariable> OF_SMS = EnumSet.of(REFERENCE);

    private final String code;
    private final String sample;

    TemplateVariable(String code, String sample) {
        this.code = code;
        this.sample = sample;
    }

    /** The name in templates. */
    public String code() {
        return code;
    }

    /** The value with which templates are checked. */
    public String sample() {
        return sample;
    }
}
