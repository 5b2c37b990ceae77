package dev.registrar.notification.smtp;

import dev.registrar.model.CallLimit;
import dev.registrar.notification.EmailSender;
import dev.registrar.notification.NotificationService.MessageReceipt;
import dev.registrar.notification.NotificationService.WelcomeEmail;
import dev.registrar.notification.template.TemplateCatalog;
import dev.registrar.outbound.ProtocolOperation;
import jakarta.mail.Session;
import java.time.Clock;
import java.util.Properties;
import javax.net.ssl.SSLSocketFactory;

/**
 * Hands e-mails to a mail server, one connection per message: at the rate of registrations a connection kept open would
 * be lost as often as used. A receipt's id is the Message-ID, which is the same for every send under one key.
 * Thread-safe.
 *
 * <p>A mail server delivers the same Message-ID twice: it neither deduplicates nor finds. A message of unknown outcome
 * is therefore not sent again, unless {@code onUnknown: resend}.
 */
public final class SmtpEmailSender implements EmailSender {

    private final SmtpSettings settings;
    private final TemplateCatalog templates;
    private final ProtocolOperation send;
    private final SSLSocketFactory tls;
    private final Clock clock;
    private final Session session;
    private final Session internationalSession;

    /**
     * @param send the operation {@code send} of the service {@code email}
     * @param tls creates the sockets of STARTTLS and of implicit TLS and defines whom to trust
     */
    public SmtpEmailSender(
            SmtpSettings settings,
            TemplateCatalog templates,
            ProtocolOperation send,
            SSLSocketFactory tls,
            Clock clock) {
        this.settings = settings;
        this.templates = templates;
        this.send = send;
        this.tls = tls;
        this.clock = clock;
        this.session = Session.getInstance(properties(false));
        this.internationalSession = Session.getInstance(properties(true));
    }

    @Override
    public MessageGuarantees guarantees() {
        return settings.guarantees();
    }

    @Override
    public MessageReceipt send(WelcomeEmail request, CallLimit limit) {
        Letter letter = Letter.of(request, templates.email(request), settings);
        Session matching = letter.needsUtf8Address() ? internationalSession : session;
        return send.call(limit, new SmtpCall(settings, letter, matching, tls, clock));
    }

    private Properties properties(boolean international) {
        Properties properties = new Properties();
        // Otherwise the library looks up our own name at the name service, without a time-out.
        properties.setProperty("mail.smtp.localhost", settings.domain());
        properties.setProperty("mail.smtp.quitwait", "false");
        properties.setProperty("mail.smtp.ssl.checkserveridentity", "true");
        properties.put("mail.smtp.ssl.socketFactory", tls);
        switch (settings.tls()) {
            case REQUIRED -> {
                properties.setProperty("mail.smtp.starttls.enable", "true");
                properties.setProperty("mail.smtp.starttls.required", "true");
            }
            case OPPORTUNISTIC -> properties.setProperty("mail.smtp.starttls.enable", "true");
            case NONE, IMPLICIT -> properties.setProperty("mail.smtp.starttls.enable", "false");
        }
        properties.setProperty("mail.smtp.auth", String.valueOf(settings.user() != null));
        properties.setProperty("mail.mime.allowutf8", String.valueOf(international));
        return properties;
    }
}
