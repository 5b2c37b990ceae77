package dev.registrar.notification.smtp;

import java.util.Locale;

/** The phases of a conversation with a mail server. */
enum SmtpPhase {
    /** No connection yet. */
    CONNECT(""),
    /** Connected; the server speaks first. */
    GREETING(""),
    HELLO("ehlo"),
    TLS("starttls"),
    AUTH("auth"),
    MAIL("mail"),
    RCPT("rcpt"),
    /** {@code DATA} and the message, without its end. A server drops a message whose end it has not seen (RFC 5321, 4.1.1.4). */
    DATA("data"),
    /** The final dot was sent, or may have been: from here on the server may deliver. */
    END(".");

    private final String verb;

    SmtpPhase(String verb) {
        this.verb = verb;
    }

    /** The phase that this command begins; the one given if it begins none. */
    static SmtpPhase after(String command, SmtpPhase now) {
        String verb = command.split("[ :]", 2)[0].toLowerCase(Locale.ROOT);
        if (verb.equals("helo")) {
            return HELLO;
        }
        for (SmtpPhase phase : values()) {
            if (!phase.verb.isEmpty() && phase.verb.equals(verb)) {
                return phase;
            }
        }
        return now;
    }

    /** Whether the server may have accepted the message. */
    boolean mayHaveSent() {
        return this == END;
    }
}
