package dev.registrar.notification;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.registrar.notification.EmailSender.MessageGuarantees;
import dev.registrar.notification.template.TemplateCatalog;
import dev.registrar.outbound.OutboundClients;
import dev.registrar.outbound.ProviderFactory;
import java.time.Clock;

/** The configuration section of the e-mail provider; without a {@code type} it uses the documented protocol. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type", visible = true, defaultImpl = RegistrarEmailFactory.class)
public interface EmailFactory extends ProviderFactory {

    /** The provider's promises, fixed by its type or configured. */
    MessageGuarantees guarantees();

    /** Whether the provider keeps the texts itself, by the name that {@code registration.emailTemplate} gives. */
    default boolean keepsTemplates() {
        return false;
    }

    /** Builds the sender. To be called once. */
    EmailSender build(OutboundClients clients, TemplateCatalog templates, Clock clock);
}
