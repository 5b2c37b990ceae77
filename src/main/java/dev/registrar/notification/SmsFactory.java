package dev.registrar.notification;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.registrar.notification.EmailSender.MessageGuarantees;
import dev.registrar.notification.template.TemplateCatalog;
import dev.registrar.outbound.OutboundClients;
import dev.registrar.outbound.ProviderFactory;

/** The configuration section of the SMS provider; without a {@code type} it speaks the documented protocol. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type", visible = true, defaultImpl = RegistrarSmsFactory.class)
public interface SmsFactory extends ProviderFactory {

    /** What the provider promises, fixed by its type or given. */
    MessageGuarantees guarantees();

    /** Whether the provider keeps the texts itself, by the name that {@code registration.smsTemplate} gives. */
    default boolean keepsTemplates() {
        return false;
    }

    /** The sender; once. */
    SmsSender build(OutboundClients clients, TemplateCatalog templates);
}
