package dev.registrar.notification;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.registrar.model.CallLimit;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.notification.EmailSender.MessageGuarantees;
import dev.registrar.notification.NotificationService.MessageReceipt;
import dev.registrar.notification.NotificationService.WelcomeEmail;
import dev.registrar.outbound.ServiceClient;
import dev.registrar.outbound.ServiceOperation;
import dev.registrar.outbound.ServiceRequest;
import dev.registrar.outbound.WireFormat;

/** The e-mail provider over HTTP, with the breaker {@code email}. */
public final class HttpEmailSender implements EmailSender {

    private final ServiceClient client;
    private final MessageGuarantees guarantees;
    private final ServiceOperation send;

    public HttpEmailSender(ServiceClient client, MessageGuarantees guarantees) {
        this.guarantees = guarantees;
        this.client = client;
        this.send = client.changing("send", "email");
    }

    @Override
    public MessageGuarantees guarantees() {
        return guarantees;
    }

    @Override
    public MessageReceipt send(WelcomeEmail message, CallLimit limit) {
        IdempotencyKey key = IdempotencyKey.email(message.registrationId(), message.resend());
        byte[] body = WireFormat.write(new Email(
                message.to().value(),
                message.template(),
                message.locale(),
                message.fullName(),
                message.registrationId().toString()));
        return send.call(
                ServiceRequest.post("/messages", key, body), client.deadline(limit), AcceptedMessage::receiptOf);
    }

    @JsonPropertyOrder({"to", "template", "locale", "fullName", "reference"})
    record Email(String to, String template, String locale, String fullName, String reference) {}
}
