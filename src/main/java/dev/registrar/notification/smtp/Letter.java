package dev.registrar.notification.smtp;

import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.RejectedException;
import dev.registrar.model.Step;
import dev.registrar.model.TextRules;
import dev.registrar.notification.NotificationService.WelcomeEmail;
import dev.registrar.notification.template.MessageTemplates.EmailText;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.UnsupportedEncodingException;
import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;

/**
 * One e-mail, before it is a MIME message. No value in it can begin a header or a command: addresses are checked again, and names
 * and subjects are single lines.
 *
 * @param messageId the same for every send under one key, with its angle brackets
 * @param to the address as it goes into {@code RCPT}: its domain in ASCII if that makes the whole address ASCII
 */
record Letter(String messageId, InternetAddress from, String to, String toName, EmailText text) {

    private static final String UTF_8 = StandardCharsets.UTF_8.name();

    /** @throws RejectedException if the address is invalid */
    static Letter of(WelcomeEmail request, EmailText text, SmtpSettings settings) {
        String key =
                IdempotencyKey.email(request.registrationId(), request.resend()).value();
        return new Letter(
                "<" + key.replace(':', '.') + "@" + settings.domain() + ">",
                settings.sender(),
                envelope(request.to().value()),
                TextRules.singleLine(request.fullName()),
                text);
    }

    private static String envelope(String address) {
        if (!TextRules.isEmail(address)) {
            throw rejected("invalid_address", "the address is invalid");
        }
        int at = address.lastIndexOf('@');
        try {
            return address.substring(0, at + 1) + IDN.toASCII(address.substring(at + 1));
        } catch (IllegalArgumentException e) {
            throw rejected("invalid_address", "the domain has no ASCII form");
        }
    }

    static RejectedException rejected(String code, String why) {
        return RejectedException.notSent(Step.EMAIL, code, "email send: not sent, " + why);
    }

    /** Whether only a server with SMTPUTF8 (RFC 6531) can accept the recipient. */
    boolean needsUtf8Address() {
        return !to.chars().allMatch(c -> c < 0x80);
    }

    MimeMessage toMime(Session session, Instant now) throws MessagingException {
        try {
            MimeMessage mime = new FixedIdMessage(session, messageId);
            mime.setFrom(from);
            mime.setRecipient(RecipientType.TO, new InternetAddress(to, toName, UTF_8));
            mime.setSubject(TextRules.singleLine(text.subject()), UTF_8);
            mime.setSentDate(Date.from(now));
            // Machine-generated mail: suppresses automatic replies (RFC 3834).
            mime.setHeader("Auto-Submitted", "auto-generated");
            MimeBodyPart plain = new MimeBodyPart();
            plain.setText(text.text(), UTF_8);
            MimeBodyPart html = new MimeBodyPart();
            html.setText(text.html(), UTF_8, "html");
            mime.setContent(new MimeMultipart("alternative", plain, html));
            mime.saveChanges();
            return mime;
        } catch (UnsupportedEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The library generates a new id whenever it saves a message. */
    private static final class FixedIdMessage extends MimeMessage {

        private final String id;

        FixedIdMessage(Session session, String id) {
            super(session);
            this.id = id;
        }

        @Override
        protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", id);
        }
    }
}
