package dev.registrar.probe;

import dev.registrar.notification.EmailSender.MessageGuarantees;
import dev.registrar.notification.NotificationService.MessageReceipt;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sends one message, repeats it under its key if the provider deduplicates, and looks it up if it finds. */
final class MessageProbe extends Probe {

    private static final String ONE_MESSAGE = "same key twice";
    private static final String FOUND = "found again";

    private final String service;
    private final Subject<Messenger> subject;
    private final MessageGuarantees declared;

    /** How long a provider may take to show a message that it has just accepted. */
    private static final Duration LAG = Duration.ofSeconds(10);

    /** A messenger with a message to send. */
    interface Messenger {

        MessageGuarantees guarantees();

        /** Whether there is a recipient. */
        boolean hasAddress();

        MessageReceipt send();

        /** Only for a provider that finds. */
        Optional<MessageReceipt> find();
    }

    MessageProbe(String service, Subject<Messenger> subject, Consumer<Check> progress) {
        super(service, subject.factory().providerName(), progress);
        this.service = service;
        this.subject = subject;
        this.declared = subject.port().guarantees();
    }

    @Override
    void check() {
        Messenger messenger = subject.port();
        sayTls(subject.factory());
        if (!messenger.hasAddress()) {
            String option = service.equals("email") ? "email" : "phone";
            say(Check.notChecked("message", "sent", "not tried: give --" + option + "=…", consequence()));
            return;
        }
        sayWrongCredential(subject.hasSecret(), () -> subject.wrong().get().send());
        long begun = System.nanoTime();
        MessageReceipt first = messenger.send();
        say(Check.holds("message", "accepted", "after " + since(begun)));
        checkFound(messenger, first);
        checkSameKey(messenger, first);
    }

    private void checkFound(Messenger messenger, MessageReceipt first) {
        if (!declared.finds()) {
            return;
        }
        Optional<Duration> time = seen(
                LAG,
                () -> messenger
                        .find()
                        .filter(found -> found.messageId().equals(first.messageId()))
                        .isPresent());
        say(time.map(after -> Check.holds(FOUND, "yes", "after " + say(after)))
                .orElseGet(() -> Check.broken(
                        FOUND, "yes", "not found", "A message whose answer is lost would be sent a second time.")));
    }

    private void checkSameKey(Messenger messenger, MessageReceipt first) {
        if (!declared.dedupes()) {
            say(Check.notChecked(ONE_MESSAGE, "no", "not tried", consequence()));
            return;
        }
        String second = messenger.send().messageId();
        say(
                second.equals(first.messageId())
                        ? Check.holds(
                                ONE_MESSAGE, "one message, " + promised(declared.dedupesFor()), "the same message")
                        : Check.broken(
                                ONE_MESSAGE,
                                "one message, " + promised(declared.dedupesFor()),
                                "another message",
                                "A repeated message would reach the user twice."));
    }

    private @Nullable String consequence() {
        if (declared.dedupes()) {
            return null;
        }
        if (declared.resends()) {
            return "It does not deduplicate: a message of unknown outcome is sent again, and may arrive twice.";
        }
        return declared.finds()
                ? "It does not deduplicate: a message of unknown outcome is looked up before it is sent again."
                : "It does not deduplicate: a message of unknown outcome is not sent again.";
    }

    @Override
    void cleanUp() {
        // A sent message cannot be recalled.
    }
}
