package dev.registrar.profile;

import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.registrar.model.Step;
import dev.registrar.outbound.OutboundClients;
import dev.registrar.outbound.ServiceClientFactory;
import dev.registrar.profile.UserProfiles.ProfileGuarantees;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A profile API behind the documented protocol. */
@JsonTypeName("registrar")
public final class RegistrarProfileFactory extends ServiceClientFactory implements ProfileFactory {

    @NotNull
    @Valid
    private Promises guarantees = new Promises(null, null);

    @Override
    public String type() {
        return "registrar";
    }

    @Override
    public ProfileGuarantees guarantees() {
        return new ProfileGuarantees(guarantees.dedupesFor().toJavaDuration(), guarantees.finds());
    }

    @Override
    public UserProfiles build(OutboundClients clients) {
        return new HttpUserProfiles(clients.client(Step.PROFILE, this), guarantees());
    }

    /**
     * @param dedupesFor for how long the same idempotency key has one effect; default 24 h, {@code 0 s}: not at all
     * @param finds whether a profile is found by its user; default true
     */
    record Promises(
            @NotNull @MinDuration(value = 0, unit = TimeUnit.MILLISECONDS)
            Duration dedupesFor,

            @NotNull Boolean finds) {

        Promises(@Nullable Duration dedupesFor, @Nullable Boolean finds) {
            this.dedupesFor = dedupesFor == null ? Duration.hours(24) : dedupesFor;
            this.finds = finds == null ? Boolean.TRUE : finds;
        }
    }
}
