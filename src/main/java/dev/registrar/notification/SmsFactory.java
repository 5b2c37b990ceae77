package dev.registrar.notification;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.registrar.notification.EmailSender.MessageGuarantees;
import dev.registrar.notification.template.TemplateCatalog;
import dev.registrar.outbound.OutboundClients;
import dev.registrar.outbound.ProviderFactory;

/** The configuration section of the SMS provider; without a {@code type} it uses the documented protocol. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type", visible = true, defaultImpl = RegistrarSmsFactory.class)
public interface SmsFactory extends ProviderFactory {

    /** The provider's promises, fixed by its type or configured. */
    MessageGuarantees guarantees();

    /** Whether the provider keeps the texts itself, by the name that {@code registration.smsTemplate} gives. */
    default boolean keepsTemplates() {
        return false;
    }

    /** Builds the sender. To be called once. */
    SmsSender build(OutboundClients clients, TemplateCatalog templates);
}
