package dev.registrar.notification;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.registrar.outbound.OutboundClients;
import dev.registrar.outbound.ProviderFactory;

/** The configuration section of the SMS provider; without a {@code type} it speaks the documented protocol. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type", visible = true, defaultImpl = RegistrarSmsFactory.class)
public interface SmsFactory extends ProviderFactory {

    /** The sender; once. */
    SmsSender build(OutboundClients clients);
}
