package dev.registrar.probe;

import com.codahale.metrics.MetricRegistry;
import dev.registrar.model.CallLimit;
import dev.registrar.model.EmailAddress;
import dev.registrar.model.Money;
import dev.registrar.model.PhoneNumber;
import dev.registrar.model.RegistrationId;
import dev.registrar.notification.EmailFactory;
import dev.registrar.notification.EmailSender;
import dev.registrar.notification.EmailSender.MessageGuarantees;
import dev.registrar.notification.NotificationService.MessageReceipt;
import dev.registrar.notification.NotificationService.WelcomeEmail;
import dev.registrar.notification.NotificationService.WelcomeSms;
import dev.registrar.notification.SmsFactory;
import dev.registrar.notification.SmsSender;
import dev.registrar.notification.template.MessageTemplates;
import dev.registrar.notification.template.TemplateCatalog;
import dev.registrar.outbound.OutboundClients;
import dev.registrar.outbound.ProviderFactory;
import dev.registrar.payment.PaymentFactory;
import dev.registrar.probe.MessageProbe.Messenger;
import dev.registrar.probe.PaymentProbe.Trial;
import dev.registrar.profile.ProfileFactory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Probes the providers of a configuration: can run once, because afterwards their factories hold a wrong secret. For
 * one thread.
 */
public final class ProviderProbe {

    private static final String LOCALE = "en";

    /** An upper bound on the clock skew between two machines. */
    private static final Duration CLOCK_MARGIN = Duration.ofMinutes(5);

    private final TemplateCatalog templates;
    private final Clock clock;
    private final Options options;
    private final Progress progress;

    /** The templates of the messages, unless the provider keeps the texts itself. */
    private final MessageTemplates current;

    public ProviderProbe(MessageTemplates current, Clock clock, Options options, Progress progress) {
        this.current = current;
        this.templates = new TemplateCatalog(current, version -> Optional.empty());
        this.clock = clock;
        this.options = options;
        this.progress = progress;
    }

    /**
     * What the probe may do.
     *
     * @param charge a payment method that may be charged; absent: nothing is charged
     * @param amount how much is charged and refunded
     * @param email the address to which an e-mail may be sent
     * @param phone the number to which an SMS may be sent
     */
    public record Options(
            @Nullable String charge,
            Money amount,
            @Nullable EmailAddress email,
            @Nullable PhoneNumber phone) {}

    /** Receives each service and each check as soon as it is done. */
    public interface Progress {

        void service(String service, String provider);

        void check(Check check);
    }

    /**
     * Probes all four, in the order in which a registration calls them.
     *
     * @param emailTemplate the name under which a provider keeps the text itself
     * @param smsTemplate likewise
     */
    public ProbeReport run(
            ProfileFactory profile,
            PaymentFactory payment,
            EmailFactory email,
            SmsFactory sms,
            String emailTemplate,
            String smsTemplate) {
        List<ProbeReport.ServiceReport> reports = new ArrayList<>();
        String method = options.charge();
        Trial trial = method == null ? null : new Trial(method, options.amount());
        reports.add(with(profile, "profile", profile::build, subject -> new ProfileProbe(subject, progress::check)));
        reports.add(with(
                payment,
                "payment",
                clients -> payment.build(clients, clock),
                subject -> new PaymentProbe(subject, trial, clock, progress::check)));
        String emailVersion = email.keepsTemplates() ? emailTemplate : current.version();
        reports.add(this.<Messenger>with(
                email,
                "email",
                clients -> new Email(email.build(clients, templates, clock), emailVersion),
                subject -> new MessageProbe("email", subject, progress::check)));
        String smsVersion = sms.keepsTemplates() ? smsTemplate : current.version();
        reports.add(this.<Messenger>with(
                sms,
                "sms",
                clients -> new Sms(sms.build(clients, templates), smsVersion),
                subject -> new MessageProbe("sms", subject, progress::check)));
        return new ProbeReport(reports);
    }

    private <T> ProbeReport.ServiceReport with(
            ProviderFactory factory,
            String service,
            Function<OutboundClients, T> build,
            Function<Subject<T>, Probe> probe) {
        progress.service(service, factory.providerName());
        OutboundClients clients = clients();
        OutboundClients spoiled = clients();
        try {
            T port = build.apply(clients);
            boolean hasSecret = !factory.secrets().isEmpty();
            factory.useWrongSecret();
            Supplier<T> wrong = () -> build.apply(spoiled);
            return probe.apply(new Subject<>(factory, port, hasSecret, wrong)).run();
        } finally {
            clients.stop();
            spoiled.stop();
        }
    }

    private OutboundClients clients() {
        return new OutboundClients(new SimpleMeterRegistry(), new MetricRegistry(), clock);
    }

    private final class Email implements Messenger {

        private final EmailSender sender;
        private final String template;
        private final RegistrationId id = RegistrationId.random();

        Email(EmailSender sender, String template) {
            this.sender = sender;
            this.template = template;
        }

        @Override
        public MessageGuarantees guarantees() {
            return sender.guarantees();
        }

        @Override
        public boolean hasAddress() {
            return options.email() != null;
        }

        @Override
        public MessageReceipt send() {
            EmailAddress to = options.email();
            if (to == null) {
                throw new IllegalStateException("no address");
            }
            return sender.send(new WelcomeEmail(id, to, "Registrar Probe", template, LOCALE, 0), CallLimit.FULL);
        }

        @Override
        public Optional<MessageReceipt> find() {
            return Optional.empty();
        }
    }

    private final class Sms implements Messenger {

        private final SmsSender sender;
        private final String template;
        private final RegistrationId id = RegistrationId.random();
        private final Instant notBefore = clock.instant().minus(CLOCK_MARGIN);

        Sms(SmsSender sender, String template) {
            this.sender = sender;
            this.template = template;
        }

        @Override
        public MessageGuarantees guarantees() {
            return sender.guarantees();
        }

        @Override
        public boolean hasAddress() {
            return options.phone() != null;
        }

        @Override
        public MessageReceipt send() {
            return sender.send(message(), CallLimit.FULL);
        }

        @Override
        public Optional<MessageReceipt> find() {
            return sender.find(message(), notBefore);
        }

        private WelcomeSms message() {
            PhoneNumber to = options.phone();
            if (to == null) {
                throw new IllegalStateException("no number");
            }
            return new WelcomeSms(id, to, template, LOCALE, 0);
        }
    }
}
