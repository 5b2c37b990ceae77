package dev.registrar.notification;

import dev.registrar.notification.template.TemplateLoader;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code notification}: the texts of messages, for providers that do not keep them themselves.
 *
 * @param templates the directory of the templates; default the built-in examples
 * @param smsSegments maximum segments of an SMS; default 3
 */
public record NotificationConfiguration(
        @Nullable Path templates, @NotNull @Min(1) @Max(10) Integer smsSegments) {

    @SuppressWarnings("ConstantValue") // omitted options are null
    public NotificationConfiguration {
        smsSegments = smsSegments == null ? Integer.valueOf(TemplateLoader.DEFAULT_SMS_SEGMENTS) : smsSegments;
    }

    @SuppressWarnings("NullAway") // as a file that omits all options
    public static NotificationConfiguration defaults() {
        return new NotificationConfiguration(null, null);
    }

    public TemplateLoader loader() {
        return templates == null ? TemplateLoader.builtIn() : TemplateLoader.of(templates, smsSegments);
    }
}
