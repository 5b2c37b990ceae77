package dev.registrar.notification.smtp;

import dev.registrar.model.CallDetails;
import dev.registrar.model.CallException;
import dev.registrar.model.RejectedException;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UnavailableException.Reason;
import dev.registrar.model.UnknownOutcomeException;
import dev.registrar.notification.NotificationService.MessageReceipt;
import dev.registrar.notification.smtp.SmtpSettings.Tls;
import dev.registrar.outbound.Deadline;
import dev.registrar.outbound.ProtocolOperation.ProtocolCall;
import jakarta.mail.Address;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Clock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One letter over its own connection. Its deadline closes the socket: the library's time-outs apply to each read, and a
 * server that trickles bytes would never exceed them. For one call; {@link #abort} may come from another thread.
 */
final class SmtpCall implements ProtocolCall<MessageReceipt> {

    /** A reply's code and its enhanced status code (RFC 3463), if there is one. */
    private static final Pattern REPLY = Pattern.compile("[0-9]{3}[ -]([245])\\.([0-9]{1,3})\\.([0-9]{1,3})\\b.*");

    private final SmtpSettings settings;
    private final Letter letter;
    private final Session session;
    private final SSLSocketFactory tls;
    private final Clock clock;
    private final Socket socket = new Socket();
    private @Nullable TrackedTransport transport;

    SmtpCall(SmtpSettings settings, Letter letter, Session session, SSLSocketFactory tls, Clock clock) {
        this.settings = settings;
        this.letter = letter;
        this.session = session;
        this.tls = tls;
        this.clock = clock;
    }

    @Override
    public MessageReceipt make(Deadline deadline) {
        // Closes the connection in any case, and ends a failed conversation without a QUIT.
        try (socket) {
            connect(deadline);
            TrackedTransport conversation = new TrackedTransport(session, settings);
            transport = conversation;
            try {
                return converse(conversation);
            } catch (MessagingException | RuntimeException e) {
                if (conversation.isAccepted()) {
                    return receipt();
                }
                if (e instanceof CallException refused) {
                    throw refused;
                }
                throw isMissingMechanism(conversation, e)
                        ? unavailable(Reason.BLOCKED, "the server offers no AUTH that may be used")
                        : failure(conversation);
            }
        } catch (IOException e) {
            TrackedTransport conversation = transport;
            if (conversation == null) {
                throw unavailable(
                                Reason.FAILED,
                                "could not connect, " + e.getClass().getSimpleName())
                        .with(CallDetails.noAnswer("connect_failed"));
            }
            if (conversation.isAccepted()) {
                return receipt();
            }
            throw failure(conversation);
        }
    }

    private void connect(Deadline deadline) throws IOException {
        InetAddress named = InetAddress.getByName(settings.host());
        // With the configured name, which the certificate must match: the library would query the name service for it.
        InetAddress address = InetAddress.getByAddress(settings.host(), named.getAddress());
        long millis =
                Math.min(settings.connectTimeout().toMillis(), deadline.left().toMillis());
        // 0 would mean no time-out.
        socket.connect(new InetSocketAddress(address, settings.port()), (int) Math.max(1, millis));
        socket.setTcpNoDelay(true);
    }

    private MessageReceipt converse(TrackedTransport conversation) throws MessagingException, IOException {
        conversation.connect(settings.tls() == Tls.IMPLICIT ? secured() : socket);
        if (settings.user() != null && !conversation.supportsExtension("AUTH")) {
            throw unavailable(Reason.BLOCKED, "the server offers no AUTH");
        }
        if (letter.needsUtf8Address() && !conversation.supportsExtension("SMTPUTF8")) {
            throw Letter.rejected("smtputf8_unsupported", "the server accepts ASCII addresses only");
        }
        MimeMessage mime = letter.toMime(session, clock.instant());
        conversation.sendMessage(mime, new Address[] {mime.getAllRecipients()[0]});
        conversation.close();
        return receipt();
    }

    private Socket secured() throws IOException {
        SSLSocket secured = (SSLSocket) tls.createSocket(socket, settings.host(), settings.port(), true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    private MessageReceipt receipt() {
        return new MessageReceipt(letter.messageId());
    }

    /** The meaning of a conversation that did not end with the final 250. */
    private CallException failure(TrackedTransport conversation) {
        SmtpPhase phase = conversation.phase();
        int reply = conversation.reply();
        if (isMissingStartTls(conversation)) {
            return unavailable(Reason.BLOCKED, "the server offers no STARTTLS");
        }
        String what = (reply == SmtpReplies.LOST ? "no answer" : "answer " + reply) + " in phase " + phase;
        String code = reply == SmtpReplies.LOST ? "connection_lost" : code(reply, conversation.text());
        CallException failure = switch (SmtpReplies.of(phase, reply)) {
            case UNAVAILABLE -> unavailable(Reason.FAILED, what);
            case BLOCKED -> unavailable(Reason.BLOCKED, what);
            case REJECTED -> new RejectedException(Step.EMAIL, code, "email send: " + what);
            case UNKNOWN -> new UnknownOutcomeException(Step.EMAIL, "email send: " + what);
        };
        return failure.with(new CallDetails(reply != SmtpReplies.LOST, null, code, null));
    }

    private boolean isMissingStartTls(TrackedTransport conversation) {
        return settings.tls() == Tls.REQUIRED
                && conversation.phase() == SmtpPhase.HELLO
                && conversation.reply() == 250
                && !conversation.supportsExtension("STARTTLS");
    }

    /** The library gave up before it sent {@code AUTH}. */
    private static boolean isMissingMechanism(TrackedTransport conversation, Exception e) {
        return e instanceof AuthenticationFailedException
                && conversation.phase() == SmtpPhase.HELLO
                && conversation.reply() == 250;
    }

    private static String code(int reply, String text) {
        Matcher enhanced = REPLY.matcher(text.lines().findFirst().orElse(""));
        String detail =
                enhanced.matches() ? "_" + enhanced.group(1) + "_" + enhanced.group(2) + "_" + enhanced.group(3) : "";
        return "smtp_" + reply + detail;
    }

    private static UnavailableException unavailable(Reason reason, String why) {
        return new UnavailableException(Step.EMAIL, reason, null, "email send: " + why);
    }

    @Override
    public void abort() {
        try {
            socket.close();
        } catch (IOException e) {
            // Nothing left to close.
        }
    }

    @Override
    public int lastReply() {
        TrackedTransport conversation = transport;
        return conversation == null ? SmtpReplies.LOST : conversation.reply();
    }

    @Override
    public boolean isUnlistedReply() {
        return SmtpReplies.isUnlisted(lastReply());
    }
}
