package dev.registrar;

import dev.registrar.model.Release;
import io.dropwizard.validation.selfvalidating.SelfValidating;
import io.dropwizard.validation.selfvalidating.SelfValidation;
import io.dropwizard.validation.selfvalidating.ViolationCollector;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code features}: how instances of two versions run side by side.
 *
 * @param since the release that no running instance is older than: workflows are started with its features and none of a later
 *     release. Raised to the current release once every instance runs it; from then on there is no way back to the release
 *     before. Default: the release before this one
 */
@SelfValidating
public record FeaturesConfiguration(@NotNull Release since) {

    public FeaturesConfiguration(@Nullable Release since) {
        this.since = since == null ? Release.PREVIOUS : since;
    }

    static FeaturesConfiguration defaults() {
        return new FeaturesConfiguration(null);
    }

    /** Refuses a release that this version does not have the features of, or whose instances it cannot run beside. */
    @SelfValidation
    public void checkSince(ViolationCollector violations) {
        if (since.isAfter(Release.CURRENT)) {
            violations.addViolation("since", "is " + since + ", newer than this version, " + Release.CURRENT);
        } else if (Release.PREVIOUS.isAfter(since)) {
            violations.addViolation(
                    "since",
                    "is " + since + ", too old: this version runs beside " + Release.PREVIOUS + " at the oldest");
        }
    }
}
