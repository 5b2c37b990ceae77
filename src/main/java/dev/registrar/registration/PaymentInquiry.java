package dev.registrar.registration;

import dev.registrar.payment.PaymentService;
import dev.registrar.payment.PaymentService.FindPayment;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.policy.CallGaveUpException;
import dev.registrar.policy.CallMonitor;
import dev.registrar.policy.PatientCall;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Finds out at the gateway whether the user was charged (DESIGN 4, "What is known"): absent only after two lookups that
 * are {@code settleAfter} apart, pending polled, and unknown when the gateway does not say. Workflow code.
 */
final class PaymentInquiry {

    private final RegistrationInput input;
    private final CallMonitor monitor;

    PaymentInquiry(RegistrationInput input, CallMonitor monitor) {
        this.input = input;
        this.monitor = monitor;
    }

    /** @param grace how long a send may still be under way: the first lookup comes after that */
    PaymentVerdict settle(Duration grace) {
        pause(grace);
        boolean missedOnce = false;
        int polls = 0;
        Duration polled = Duration.ZERO;
        while (true) {
            FoundPayment found;
            try {
                found = find();
            } catch (CallGaveUpException e) {
                return PaymentVerdict.UNKNOWN;
            }
            if (found == null) {
                if (missedOnce) {
                    return PaymentVerdict.ABSENT;
                }
                missedOnce = true;
                pause(input.policies().settleAfter());
                continue;
            }
            PaymentVerdict verdict = PaymentVerdict.of(found, input.payment().amount());
            if (verdict.kind() != PaymentVerdict.Kind.PENDING) {
                return verdict;
            }
            missedOnce = false;
            polls++;
            Duration wait = input.policies().lookup().intervalAfter(polls);
            polled = polled.plus(wait);
            if (polled.compareTo(input.policies().lookup().patience()) > 0) {
                return new PaymentVerdict(PaymentVerdict.Kind.UNKNOWN, verdict.transactionId(), null);
            }
            pause(wait);
        }
    }

    private @Nullable FoundPayment find() throws CallGaveUpException {
        FindPayment request =
                new FindPayment(input.registrationId(), input.profile().userId());
        return new PatientCall(input.policies().lookup().durable(), monitor)
                .run(PaymentService.class, service -> service.findPayment(request))
                .payment();
    }

    private void pause(Duration duration) {
        monitor.waits(CallMonitor.WaitReason.SETTLING, duration);
        try {
            Workflow.sleep(duration);
        } finally {
            monitor.goesOn();
        }
    }
}
