package dev.registrar.notification.resend;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.registrar.model.CallLimit;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.RejectedException;
import dev.registrar.model.Step;
import dev.registrar.model.TextRules;
import dev.registrar.notification.EmailSender;
import dev.registrar.notification.NotificationService.MessageReceipt;
import dev.registrar.notification.NotificationService.WelcomeEmail;
import dev.registrar.notification.template.MessageTemplates.EmailText;
import dev.registrar.notification.template.TemplateCatalog;
import dev.registrar.outbound.Reply;
import dev.registrar.outbound.Reply.UnreadableReplyException;
import dev.registrar.outbound.ServiceClient;
import dev.registrar.outbound.ServiceOperation;
import dev.registrar.outbound.ServiceRequest;
import dev.registrar.outbound.WireFormat;
import dev.registrar.outbound.WireFormat.BodyReader;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sends e-mails over Resend's API ({@code POST /emails}), with the breaker {@code email}. The same key is one e-mail for 24 hours,
 * which is Resend's own promise; the text of a key never changes, because its template version is part of the request. Thread-safe.
 */
public final class ResendEmailSender implements EmailSender {

    static final MessageGuarantees GUARANTEES = new MessageGuarantees(Duration.ofHours(24));
    private static final BodyReader<Accepted> ACCEPTED = WireFormat.reader(Accepted.class);
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9-]{1,64}");

    private final ServiceClient client;
    private final ServiceOperation send;
    private final TemplateCatalog templates;
    private final ResendSettings settings;

    /** @param client of the service {@code email}; its credential is {@code Authorization: Bearer re_…} */
    public ResendEmailSender(ServiceClient client, TemplateCatalog templates, ResendSettings settings) {
        this.client = client.speaking(new ResendErrors());
        this.send = this.client.changing("send", "email");
        this.templates = templates;
        this.settings = settings;
    }

    @Override
    public MessageGuarantees guarantees() {
        return GUARANTEES;
    }

    @Override
    public MessageReceipt send(WelcomeEmail message, CallLimit limit) {
        String to = message.to().value();
        if (!TextRules.isEmail(to)) {
            throw RejectedException.notSent(
                    Step.EMAIL, "invalid_address", "email send: not sent, the address is invalid");
        }
        EmailText text = templates.email(message);
        IdempotencyKey key = IdempotencyKey.email(message.registrationId(), message.resend());
        byte[] body =
                WireFormat.write(new Email(settings.from(), List.of(to), text.subject(), text.html(), text.text()));
        return send.call(ServiceRequest.post("/emails", key, body), client.deadline(limit), ResendEmailSender::receipt);
    }

    private static MessageReceipt receipt(Reply reply) throws UnreadableReplyException {
        String id = reply.json(ACCEPTED).id();
        if (id == null || !ID.matcher(id).matches()) {
            throw new UnreadableReplyException("no id");
        }
        return new MessageReceipt(id);
    }

    /**
     * The options specific to Resend.
     *
     * @param from the sender, of a domain that is verified at Resend: {@code Example <welcome@example.com>}
     */
    public record ResendSettings(String from) {

        public ResendSettings {
            if (from == null || !TextRules.isMailbox(from)) {
                throw new IllegalArgumentException("from: one e-mail address, with or without a name");
            }
        }
    }

    @JsonPropertyOrder({"from", "to", "subject", "html", "text"})
    record Email(String from, List<String> to, String subject, String html, String text) {}

    record Accepted(@Nullable String id) {}
}
