package dev.registrar.notification;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.registrar.model.CallLimit;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.notification.EmailSender.MessageGuarantees;
import dev.registrar.notification.NotificationService.MessageReceipt;
import dev.registrar.notification.NotificationService.WelcomeSms;
import dev.registrar.outbound.ServiceClient;
import dev.registrar.outbound.ServiceOperation;
import dev.registrar.outbound.ServiceRequest;
import dev.registrar.outbound.WireFormat;

/** The SMS provider over HTTP, with the breaker {@code sms}. */
public final class HttpSmsSender implements SmsSender {

    private final ServiceClient client;
    private final MessageGuarantees guarantees;
    private final ServiceOperation send;

    public HttpSmsSender(ServiceClient client, MessageGuarantees guarantees) {
        this.guarantees = guarantees;
        this.client = client;
        this.send = client.changing("send", "sms");
    }

    @Override
    public MessageGuarantees guarantees() {
        return guarantees;
    }

    @Override
    public MessageReceipt send(WelcomeSms message, CallLimit limit) {
        IdempotencyKey key = IdempotencyKey.sms(message.registrationId(), message.resend());
        byte[] body = WireFormat.write(new Sms(
                message.to().value(),
                message.template(),
                message.locale(),
                message.registrationId().toString()));
        return send.call(
                ServiceRequest.post("/messages", key, body), client.deadline(limit), AcceptedMessage::receiptOf);
    }

    @JsonPropertyOrder({"to", "template", "locale", "reference"})
    record Sms(String to, String template, String locale, String reference) {}
}
