package dev.registrar.registration;

import dev.registrar.call.CallGaveUpException;
import dev.registrar.call.CallMonitor;
import dev.registrar.call.CallMonitor.WaitReason;
import dev.registrar.call.CallPolicy;
import dev.registrar.call.PatientCall;
import dev.registrar.call.PatientCall.Begun;
import dev.registrar.call.Timers;
import dev.registrar.notification.NotificationService;
import dev.registrar.notification.NotificationService.FindSms;
import dev.registrar.notification.NotificationService.MessageReceipt;
import dev.registrar.notification.NotificationService.WelcomeSms;
import io.temporal.workflow.Async;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Sends an SMS. If the provider does not deduplicate but supports lookups, these settle an unknown outcome before
 * anything is sent again: if found, it was sent; if absent in two answers {@code settleAfter} apart, it is sent once
 * more; anything else stays unknown. Workflow code: one instance per message.
 */
final class SmsDelivery {

    /** After the second send of unknown outcome only lookups follow. */
    private static final int MAX_SENDS = 2;

    private final RegistrationInput input;
    private final CallMonitor monitor;
    private final CallMonitor lookups;
    private final WelcomeSms request;
    private final Instant begunAt = StepTracker.now();
    private final Begun<MessageReceipt> first;

    /**
     * Starts the delivery.
     *
     * @param monitor follows the sends
     * @param lookups follows the lookups and the waits for them
     */
    SmsDelivery(RegistrationInput input, CallMonitor monitor, CallMonitor lookups, WelcomeSms request) {
        this.input = input;
        this.monitor = monitor;
        this.lookups = lookups;
        this.request = request;
        this.first = begin();
    }

    private Begun<MessageReceipt> begin() {
        CallPolicy policy = input.policies().sms();
        return new PatientCall(request.resend() == 0 ? policy : policy.durable(), monitor)
                .begin(NotificationService.class, service -> Async.function(service::sendSms, request));
    }

    Begun<MessageReceipt> first() {
        return first;
    }

    /** Waits for the provider's reference. */
    String finish() throws CallGaveUpException {
        Begun<MessageReceipt> send = first;
        for (int sends = 1; ; sends++) {
            try {
                return send.finish().messageId();
            } catch (CallGaveUpException e) {
                if (!e.unknown()
                        || !input.policies().onlyOnce(monitor.service())
                        || !input.policies().findsTexts()) {
                    throw e;
                }
                String found = lookUpTwice(new FindSms(request, begunAt), e);
                if (found != null) {
                    return found;
                }
                if (sends == MAX_SENDS) {
                    throw e;
                }
                send = begin();
            }
        }
    }

    /**
     * The reference of the message sent; null if two answers in a row show none.
     *
     * @param unknown the failure of the send, thrown if there is no answer
     */
    private @Nullable String lookUpTwice(FindSms question, CallGaveUpException unknown) throws CallGaveUpException {
        try {
            String found = lookUp(question);
            return found == null ? lookUp(question) : found;
        } catch (CallGaveUpException e) {
            // A rejection is an answer: the provider had the message, and it failed.
            throw e.providerCode() == null ? unknown : e;
        }
    }

    private @Nullable String lookUp(FindSms question) throws CallGaveUpException {
        Timers.sleep(lookups, WaitReason.SETTLING, input.policies().settleAfter());
        return new PatientCall(input.policies().lookup(), lookups)
                .run(NotificationService.class, service -> service.findSms(question))
                .messageId();
    }
}
