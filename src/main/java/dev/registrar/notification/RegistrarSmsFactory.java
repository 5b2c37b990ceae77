package dev.registrar.notification;

import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.registrar.model.Step;
import dev.registrar.notification.template.TemplateCatalog;
import dev.registrar.outbound.OutboundClients;

/** An SMS provider behind the documented protocol. */
@JsonTypeName("registrar")
public final class RegistrarSmsFactory extends RegistrarMessageFactory implements SmsFactory {

    @Override
    public SmsSender build(OutboundClients clients, TemplateCatalog templates) {
        return new HttpSmsSender(clients.client(Step.SMS, this), guarantees());
    }
}
