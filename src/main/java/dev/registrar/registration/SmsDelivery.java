package dev.registrar.registration;

import dev.registrar.call.CallGaveUpException;
import dev.registrar.call.CallMonitor;
import dev.registrar.call.CallMonitor.WaitReason;
import dev.registrar.call.CallPolicy;
import dev.registrar.call.PatientCall;
import dev.registrar.call.Timers;
import dev.registrar.notification.NotificationService;
import dev.registrar.notification.NotificationService.FindSms;
import dev.registrar.notification.NotificationService.WelcomeSms;
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

    /**
     * @param monitor follows the sends
     * @param lookups follows the lookups and the waits for them
     */
    SmsDelivery(RegistrationInput input, CallMonitor monitor, CallMonitor lookups) {
        this.input = input;
        this.monitor = monitor;
        this.lookups = lookups;
    }

    /** The provider's reference. */
    String send(WelcomeSms request) throws CallGaveUpException {
        Instant begun = StepTracker.now();
        CallPolicy policy = input.policies().sms();
        CallPolicy sending = request.resend() == 0 ? policy : policy.durable();
        for (int sends = 1; ; sends++) {
            try {
                return new PatientCall(sending, monitor)
                        .run(NotificationService.class, service -> service.sendSms(request))
                        .messageId();
            } catch (CallGaveUpException e) {
                if (!e.unknown()
                        || !input.policies().onlyOnce(monitor.service())
                        || !input.policies().findsTexts()) {
                    throw e;
                }
                String found = lookUpTwice(new FindSms(request, begun), e);
                if (found != null) {
                    return found;
                }
                if (sends == MAX_SENDS) {
                    throw e;
                }
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
