package dev.registrar.notification;

import dev.registrar.notification.NotificationService.MessageReceipt;
import dev.registrar.outbound.Reply;
import dev.registrar.outbound.Reply.UnreadableReplyException;
import dev.registrar.outbound.WireFormat;
import dev.registrar.outbound.WireFormat.BodyReader;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The answer of both message providers. */
record AcceptedMessage(@Nullable String messageId) {

    private static final BodyReader<AcceptedMessage> READER = WireFormat.reader(AcceptedMessage.class);

    /** A reference goes into history, rows and answers: visible ASCII of limited length. */
    private static final Pattern REFERENCE = Pattern.compile("[\\x21-\\x7e]{1,128}");

    static MessageReceipt receiptOf(Reply reply) throws UnreadableReplyException {
        String id = reply.json(READER).messageId();
        if (id == null || !REFERENCE.matcher(id).matches()) {
            throw new UnreadableReplyException("no messageId");
        }
        return new MessageReceipt(id);
    }
}
