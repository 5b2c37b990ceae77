package dev.registrar.notification.twilio;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.registrar.model.CallLimit;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.notification.EmailSender.MessageGuarantees;
import dev.registrar.notification.NotificationService.MessageReceipt;
import dev.registrar.notification.NotificationService.WelcomeSms;
import dev.registrar.notification.SmsSender;
import dev.registrar.notification.template.TemplateCatalog;
import dev.registrar.notification.twilio.TwilioMessage.Fate;
import dev.registrar.outbound.Deadline;
import dev.registrar.outbound.FormBody;
import dev.registrar.outbound.Reply;
import dev.registrar.outbound.Reply.UnreadableReplyException;
import dev.registrar.outbound.ServiceClient;
import dev.registrar.outbound.ServiceOperation;
import dev.registrar.outbound.ServiceRequest;
import dev.registrar.outbound.WireFormat;
import dev.registrar.outbound.WireFormat.BodyReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sends SMS over Twilio, with the breaker {@code sms}, and finds them again by recipient, text and time. Twilio has no idempotency
 * key for messages: the same request twice is two messages. Thread-safe.
 */
public final class TwilioSmsSender implements SmsSender {

    static final MessageGuarantees GUARANTEES = new MessageGuarantees(Duration.ZERO, true, false);

    private static final BodyReader<TwilioMessage.Wire> MESSAGE = WireFormat.reader(TwilioMessage.Wire.class);
    private static final BodyReader<Page> PAGE = WireFormat.reader(Page.class);

    /** The prefix that Twilio adds to every text of a trial account. */
    private static final String TRIAL = "Sent from your Twilio trial account - ";

    /** About 1 KB a message. */
    private static final int PAGE_SIZE = 100;

    private static final int MAX_PAGE_BYTES = 1024 * 1024;

    /** A longer list is no answer. */
    private static final int MAX_PAGES = 10;

    /** Allows for clock skew; Twilio's times are whole seconds. */
    private static final Duration CLOCK_MARGIN = Duration.ofMinutes(1);

    /** Twilio lists the newest first, but promises no order among messages that are close to each other. */
    private static final Duration ORDER_MARGIN = Duration.ofDays(1);

    private final ServiceClient client;
    private final ServiceOperation send;
    private final ServiceOperation find;
    private final TemplateCatalog templates;
    private final TwilioSettings settings;

    /** @param client of the service {@code sms}; its credential is {@link TwilioSettings#credential} */
    public TwilioSmsSender(ServiceClient client, TemplateCatalog templates, TwilioSettings settings) {
        this.client = client.speaking(new TwilioErrors());
        this.send = this.client.changing("send", "sms");
        this.find = this.client.reading("find", "sms");
        this.templates = templates;
        this.settings = settings;
    }

    @Override
    public MessageGuarantees guarantees() {
        return GUARANTEES;
    }

    @Override
    public MessageReceipt send(WelcomeSms message, CallLimit limit) {
        FormBody form = FormBody.EMPTY
                .with("To", message.to().value())
                .with("From", settings.from())
                .with("MessagingServiceSid", settings.messagingServiceSid())
                .with("Body", templates.sms(message))
                // Otherwise letters would be replaced, and the text not found again.
                .with("SmartEncoded", "false");
        return send.call(
                        ServiceRequest.postForm(settings.messages(), null, form),
                        client.deadline(limit),
                        reply -> reply.json(MESSAGE).read())
                .receipt();
    }

    @Override
    public Optional<MessageReceipt> find(WelcomeSms message, Instant notBefore) {
        String text = templates.sms(message);
        List<TwilioMessage> matching = new ArrayList<>();
        Deadline deadline = client.deadline(CallLimit.FULL);
        Optional<String> next = Optional.of(FormBody.EMPTY
                .with("To", message.to().value())
                .with("PageSize", PAGE_SIZE)
                .queryOf(settings.messages()));
        for (int pages = 0; next.isPresent(); pages++) {
            if (pages == MAX_PAGES) {
                throw new UnavailableException(Step.SMS, "sms find: the list is longer than " + MAX_PAGES + " pages");
            }
            next = find.call(
                    ServiceRequest.get(next.get()).readingUpTo(MAX_PAGE_BYTES),
                    deadline,
                    reply -> read(reply, message.to().value(), text, notBefore, matching));
        }
        return matching.stream()
                .filter(found -> found.fate() == Fate.TAKEN)
                .findFirst()
                .or(() -> matching.stream().findFirst())
                .map(TwilioMessage::receipt);
    }

    /** Collects the matches; returns the path of the next page, empty if no further page can match. */
    private Optional<String> read(Reply reply, String to, String text, Instant notBefore, List<TwilioMessage> matching)
            throws UnreadableReplyException {
        Page page = reply.json(PAGE);
        if (page.messages() == null) {
            throw new UnreadableReplyException("no messages");
        }
        boolean recent = false;
        for (TwilioMessage.Wire message : page.messages()) {
            Instant created = message.created();
            recent |= created.isAfter(notBefore.minus(ORDER_MARGIN));
            boolean ours = to.equals(message.to())
                    && (text.equals(message.body()) || (TRIAL + text).equals(message.body()))
                    && String.valueOf(message.direction()).startsWith("outbound")
                    && !created.isBefore(notBefore.minus(CLOCK_MARGIN));
            if (ours) {
                matching.add(message.read());
            }
        }
        String next = page.nextPageUri();
        if (next == null || next.isEmpty() || !recent) {
            return Optional.empty();
        }
        if (!next.startsWith(settings.messages() + "?")) {
            throw new UnreadableReplyException("the next page is somewhere else");
        }
        return Optional.of(next);
    }

    record Page(
            @Nullable List<TwilioMessage.Wire> messages,
            @JsonProperty("next_page_uri") @Nullable String nextPageUri) {}
}
