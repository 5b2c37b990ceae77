package dev.registrar.notification.smtp;

import dev.registrar.model.Secret;
import dev.registrar.notification.smtp.SmtpSettings.Tls;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.jspecify.annotations.Nullable;

/**
 * An SMTP conversation that records its phase. The library's exceptions do not distinguish a connection lost after
 * {@code MAIL} from one lost after the final dot, and its own {@code RSET} and {@code QUIT} overwrite the answer that
 * matters. For one message; not thread-safe, except that the phase may be read by others.
 */
final class TrackedTransport extends SMTPTransport {

    private volatile SmtpPhase phase = SmtpPhase.GREETING;
    private volatile int reply = SmtpReplies.LOST;
    private volatile String text = "";
    private final SmtpSettings settings;
    private boolean tidying;
    private boolean secured;

    TrackedTransport(Session session, SmtpSettings settings) {
        super(session, null);
        this.settings = settings;
        this.secured = settings.tls() == Tls.IMPLICIT;
    }

    SmtpPhase phase() {
        return phase;
    }

    /** The answer to the last command that counts; {@link SmtpReplies#LOST} while there is none. */
    int reply() {
        return reply;
    }

    /** The text of that answer: may name the recipient, so must not be shown. */
    String text() {
        return text;
    }

    /** Whether the server has accepted the message. */
    boolean isAccepted() {
        return phase == SmtpPhase.END && reply == 250;
    }

    /** The connection is made by the caller, so that its address, its deadline and its end are known. */
    @Override
    protected synchronized boolean protocolConnect(
            @Nullable String host, int port, @Nullable String user, @Nullable String password)
            throws MessagingException {
        Secret secret = settings.password();
        return super.protocolConnect(host, port, settings.user(), secret == null ? null : secret.reveal());
    }

    @Override
    protected void startTLS() throws MessagingException {
        super.startTLS();
        secured = true;
    }

    /** Refuses every mechanism without TLS, unless the configuration allows it. */
    @Override
    protected boolean supportsAuthentication(String mechanism) {
        return (secured || settings.tls() == Tls.NONE) && super.supportsAuthentication(mechanism);
    }

    @Override
    protected void sendCommand(String command) throws MessagingException {
        tidying = command.equals("RSET") || command.equals("QUIT");
        if (!tidying) {
            // Set before writing: a final dot whose write failed may still have arrived.
            phase = SmtpPhase.after(command, phase);
            reply = SmtpReplies.LOST;
        }
        super.sendCommand(command);
    }

    @Override
    protected int readServerResponse() throws MessagingException {
        if (tidying) {
            return super.readServerResponse();
        }
        reply = SmtpReplies.LOST;
        int code = super.readServerResponse();
        text = String.valueOf(getLastServerResponse());
        // An end of the stream and an unreadable line are -1 here: nothing that counts as an answer.
        reply = Math.max(code, SmtpReplies.LOST);
        return code;
    }
}
