package dev.registrar.notification.smtp;

import dev.registrar.model.Secret;
import dev.registrar.model.TextRules;
import dev.registrar.notification.EmailSender.MessageGuarantees;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The mail server and how to use it.
 *
 * @param host name or address of the mail server; with TLS its certificate must match this name
 * @param port 1 to 65535; 0 is the default of the mode: 465 for implicit TLS, 587 otherwise
 * @param tls whether the connection is encrypted
 * @param user for AUTH; absent: no AUTH. With {@code opportunistic} it is sent only under TLS
 * @param password for AUTH; required with {@code user}, otherwise absent
 * @param from the sender, an address with or without a name: {@code Example <welcome@example.com>}
 * @param onUnknown what the saga does after a message of unknown outcome
 * @param connectTimeout how long connecting may take; within the deadline of the whole call
 */
public record SmtpSettings(
        String host,
        int port,
        Tls tls,
        @Nullable String user,
        @Nullable Secret password,
        String from,
        OnUnknown onUnknown,
        Duration connectTimeout) {

    private static final int IMPLICIT_TLS_PORT = 465;
    private static final int SUBMISSION_PORT = 587;
    private static final int HIGHEST_PORT = 65_535;

    /** Whether the connection is encrypted. */
    public enum Tls {
        /** By STARTTLS; a server without it is not used. */
        REQUIRED,
        /** By STARTTLS if the server offers it. Clear text can be read and changed in transit. */
        OPPORTUNISTIC,
        /** Never; passwords are sent in clear text too. */
        NONE,
        /** TLS from the first byte. */
        IMPLICIT
    }

    /** What is done after a message of unknown outcome. */
    public enum OnUnknown {
        /** It is not sent again: at most one message. */
        STOP,
        /** It is sent again: at least one message, perhaps more. */
        RESEND
    }

    /** @throws IllegalArgumentException with one sentence, if a value is invalid */
    public SmtpSettings {
        if (!isHost(host)) {
            throw new IllegalArgumentException("host: is a host name, or an address, without a port");
        }
        if (port < 0 || port > HIGHEST_PORT) {
            throw new IllegalArgumentException("port: is 1 to " + HIGHEST_PORT);
        }
        if ((user == null) != (password == null)) {
            throw new IllegalArgumentException("user and password: both or neither");
        }
        if (port == 0) {
            port = tls == Tls.IMPLICIT ? IMPLICIT_TLS_PORT : SUBMISSION_PORT;
        }
        parse(from);
    }

    /** A name, an IPv4 address, or an IPv6 address in brackets; as strict as for URLs. */
    private static boolean isHost(String host) {
        try {
            return host.equals(new URI("smtp://" + host).getHost());
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** TLS required, nothing sent twice, 1 s to connect. */
    public static SmtpSettings of(String host, @Nullable String user, @Nullable Secret password, String from) {
        return new SmtpSettings(host, 0, Tls.REQUIRED, user, password, from, OnUnknown.STOP, Duration.ofSeconds(1));
    }

    /** A mail server neither deduplicates nor finds. */
    MessageGuarantees guarantees() {
        return onUnknown == OnUnknown.RESEND
                ? new MessageGuarantees(Duration.ZERO, false, true)
                : MessageGuarantees.NONE;
    }

    InternetAddress sender() {
        return parse(from);
    }

    /** The part of the sender after the at sign, in ASCII: identifies us in EHLO and in message ids. */
    String domain() {
        String address = sender().getAddress();
        return java.net
                .IDN
                .toASCII(address.substring(address.lastIndexOf('@') + 1))
                .toLowerCase(Locale.ROOT);
    }

    private static InternetAddress parse(String from) {
        try {
            InternetAddress[] parsed = InternetAddress.parse(from, true);
            if (parsed.length == 1 && !TextRules.hasControl(from) && TextRules.isEmail(parsed[0].getAddress())) {
                return parsed[0];
            }
        } catch (AddressException e) {
            // Reported below, without the parser's message.
        }
        throw new IllegalArgumentException("from: is one e-mail address, with or without a name");
    }
}
