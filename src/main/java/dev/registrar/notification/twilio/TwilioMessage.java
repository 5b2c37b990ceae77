package dev.registrar.notification.twilio;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.registrar.model.RejectedException;
import dev.registrar.model.Step;
import dev.registrar.notification.NotificationService.MessageReceipt;
import dev.registrar.outbound.ErrorDialect.UnlistedValue;
import dev.registrar.outbound.Reply.UnlistedValueException;
import dev.registrar.outbound.Reply.UnreadableReplyException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A message as Twilio shows it: every documented status, and its meaning to us.
 *
 * @param errorCode the reason of a failure, a number of Twilio's dictionary; only with a failed status
 */
record TwilioMessage(String sid, Fate fate, @Nullable Integer errorCode) {

    /** The fate of a message. */
    enum Fate {
        /** Twilio has it, and sends it or has sent it. */
        TAKEN,
        /** It will not arrive. */
        FAILED
    }

    private static final Map<String, Fate> STATUSES = Map.ofEntries(
            Map.entry("accepted", Fate.TAKEN),
            Map.entry("scheduled", Fate.TAKEN),
            Map.entry("queued", Fate.TAKEN),
            Map.entry("sending", Fate.TAKEN),
            Map.entry("sent", Fate.TAKEN),
            Map.entry("delivered", Fate.TAKEN),
            Map.entry("partially_delivered", Fate.TAKEN),
            Map.entry("read", Fate.TAKEN),
            Map.entry("canceled", Fate.FAILED),
            Map.entry("failed", Fate.FAILED),
            Map.entry("undelivered", Fate.FAILED));

    private static final Pattern SID = Pattern.compile("[A-Z]{2}[0-9a-fA-F]{32}");

    MessageReceipt receipt() {
        if (fate == Fate.FAILED) {
            String code = errorCode == null ? "twilio_failed" : "twilio_" + errorCode;
            throw new RejectedException(Step.SMS, code, "sms send: the message failed, " + code);
        }
        return new MessageReceipt(sid);
    }

    /**
     * The wire format, for a new message and in a list.
     *
     * @param dateCreated as in mail headers, to the second; messages in the queue have no {@code date_sent}
     * @param direction {@code outbound-api} for ours, {@code inbound} for what users send
     */
    record Wire(
            @Nullable String sid,
            @Nullable String status,
            @Nullable String to,
            @Nullable String body,
            @Nullable String direction,
            @JsonProperty("date_created") @Nullable String dateCreated,
            @JsonProperty("error_code") @Nullable Integer errorCode) {

        TwilioMessage read() throws UnreadableReplyException {
            if (sid == null || !SID.matcher(sid).matches()) {
                throw new UnreadableReplyException("no sid");
            }
            Fate fate = status == null ? null : STATUSES.get(status);
            if (fate == null) {
                // Also "receiving" and "received", which no message of ours can have.
                throw new UnlistedValueException(UnlistedValue.STATUS, status);
            }
            return new TwilioMessage(sid, fate, errorCode);
        }

        /** When Twilio created it. */
        Instant created() throws UnreadableReplyException {
            try {
                return ZonedDateTime.parse(String.valueOf(dateCreated), DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant();
            } catch (DateTimeException e) {
                throw new UnreadableReplyException("no date_created");
            }
        }
    }
}
