package dev.registrar.notification.template;

import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UnavailableException.Reason;
import dev.registrar.notification.NotificationService.WelcomeEmail;
import dev.registrar.notification.NotificationService.WelcomeSms;
import dev.registrar.notification.template.MessageTemplates.EmailText;
import dev.registrar.notification.template.MessageTemplates.EmailValues;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The text of a message in the version that was fixed when its registration started: the version that was loaded at start, or one
 * that was stored earlier. Thread-safe.
 */
public final class TemplateCatalog {

    /** Any other version names a text kept by the provider, from before this service had its own templates. */
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    private final MessageTemplates current;
    private final Function<String, Optional<MessageTemplates>> stored;
    private final Map<String, MessageTemplates> restored = new ConcurrentHashMap<>();
    private final Set<String> missing = ConcurrentHashMap.newKeySet();

    /**
     * @param current loaded at start
     * @param stored finds an earlier version, as {@link TemplateStore#find}; may throw if the store is unavailable
     */
    public TemplateCatalog(MessageTemplates current, Function<String, Optional<MessageTemplates>> stored) {
        this.current = current;
        this.stored = stored;
    }

    /** The version assigned to registrations accepted now. */
    public String currentVersion() {
        return current.version();
    }

    /** Requested versions that could not be found: their messages wait. */
    public Set<String> missing() {
        return Set.copyOf(missing);
    }

    /** @throws UnavailableException its version is not there, or the store cannot be asked */
    public EmailText email(WelcomeEmail request) {
        return version(Step.EMAIL, request.template())
                .email(
                        request.locale(),
                        new EmailValues(request.fullName(), request.to().value(), request.registrationId()));
    }

    /** @throws UnavailableException its version is not there, or the store cannot be asked */
    public String sms(WelcomeSms request) {
        return version(Step.SMS, request.template()).sms(request.locale(), request.registrationId());
    }

    private MessageTemplates version(Step service, String version) {
        if (!HASH.matcher(version).matches() || version.equals(current.version())) {
            return current;
        }
        MessageTemplates known = restored.get(version);
        if (known != null) {
            return known;
        }
        MessageTemplates found = read(service, version);
        restored.put(version, found);
        missing.remove(version);
        return found;
    }

    private MessageTemplates read(Step service, String version) {
        Optional<MessageTemplates> found;
        try {
            found = stored.apply(version);
        } catch (RuntimeException e) {
            throw unavailable(
                    service, "its template cannot be read, " + e.getClass().getSimpleName());
        }
        return found.orElseThrow(() -> {
            missing.add(version);
            return unavailable(service, "its template is not there, version " + version);
        });
    }

    private static UnavailableException unavailable(Step service, String why) {
        return new UnavailableException(service, Reason.BLOCKED, null, service.code() + " send: not sent, " + why);
    }
}
