package dev.registrar;

import dev.registrar.api.RequestLimits;
import jakarta.validation.Valid;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code limits}: how much anybody can ask of the service.
 *
 * @param request what a request may take on its way in
 */
public record LimitsConfiguration(@Valid RequestLimits request) {

    /** Each absent component has its defaults. */
    public LimitsConfiguration(@Nullable RequestLimits request) {
        this.request = request == null ? RequestLimits.defaults() : request;
    }

    static LimitsConfiguration defaults() {
        return new LimitsConfiguration(null);
    }
}
