package dev.registrar.profile;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.registrar.outbound.OutboundClients;
import dev.registrar.outbound.ProviderFactory;
import dev.registrar.profile.UserProfiles.ProfileGuarantees;

/** The configuration section of the profile API; without a {@code type} it uses the documented protocol. */
@JsonTypeInfo(
        use = JsonTypeInfo.Id.NAME,
        property = "type",
        visible = true,
        defaultImpl = RegistrarProfileFactory.class)
public interface ProfileFactory extends ProviderFactory {

    /** The profile API's promises, fixed by its type or configured. */
    ProfileGuarantees guarantees();

    /** Builds the profile API. To be called once. */
    UserProfiles build(OutboundClients clients);
}
