package dev.registrar.notification;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.registrar.outbound.OutboundClients;
import dev.registrar.outbound.ProviderFactory;

/** The configuration section of the e-mail provider; without a {@code type} it speaks the documented protocol. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type", visible = true, defaultImpl = RegistrarEmailFactory.class)
public interface EmailFactory extends ProviderFactory {

    /** The sender; once. */
    EmailSender build(OutboundClients clients);
}
