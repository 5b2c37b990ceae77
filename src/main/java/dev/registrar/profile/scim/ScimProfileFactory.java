package dev.registrar.profile.scim;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.registrar.model.Step;
import dev.registrar.outbound.OutboundClients;
import dev.registrar.outbound.ServiceClientFactory;
import dev.registrar.profile.ProfileFactory;
import dev.registrar.profile.UserProfiles;
import dev.registrar.profile.UserProfiles.ProfileGuarantees;
import dev.registrar.profile.scim.ScimUserProfiles.Undo;
import jakarta.validation.constraints.NotNull;

/**
 * A SCIM 2.0 server. {@code baseUrl} ends where {@code /Users} begins; its credential is a bearer token, with the prefix
 * {@code "Bearer "}.
 */
@JsonTypeName("scim")
public final class ScimProfileFactory extends ServiceClientFactory implements ProfileFactory {

    @NotNull
    private Undo undo = Undo.DELETE;

    @Override
    public String type() {
        return "scim";
    }

    /** How the creation of a user is undone: {@code delete} (default) or {@code deactivate}. */
    public Undo undo() {
        return undo;
    }

    @JsonProperty
    public void setUndo(Undo undo) {
        this.undo = undo;
    }

    @Override
    public ProfileGuarantees guarantees() {
        return ScimUserProfiles.GUARANTEES;
    }

    @Override
    public UserProfiles build(OutboundClients clients) {
        return new ScimUserProfiles(clients.client(Step.PROFILE, this), undo);
    }
}
