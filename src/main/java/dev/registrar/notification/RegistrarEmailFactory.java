package dev.registrar.notification;

import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.registrar.model.Step;
import dev.registrar.notification.template.TemplateCatalog;
import dev.registrar.outbound.OutboundClients;
import java.time.Clock;

/** An e-mail provider behind the documented protocol. */
@JsonTypeName("registrar")
public final class RegistrarEmailFactory extends RegistrarMessageFactory implements EmailFactory {

    @Override
    public EmailSender build(OutboundClients clients, TemplateCatalog templates, Clock clock) {
        return new HttpEmailSender(clients.client(Step.EMAIL, this), guarantees());
    }
}
