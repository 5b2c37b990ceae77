package dev.registrar.compensation;

import dev.registrar.call.CallGaveUpException;
import dev.registrar.call.CallMonitor;
import dev.registrar.call.PatientCall;
import dev.registrar.call.Timers;
import dev.registrar.payment.PaymentService;
import dev.registrar.payment.PaymentService.FindPayment;
import dev.registrar.payment.PaymentService.FoundPayment;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Finds out at the gateway whether the user was charged (DESIGN 4, "What is known"): absent only after two lookups that
 * are {@code settleAfter} apart, pending polled, and unknown when the gateway does not say. Workflow code.
 */
public final class PaymentInquiry {

    private final UndoTarget target;
    private final CallMonitor monitor;

    public PaymentInquiry(UndoTarget target, CallMonitor monitor) {
        this.target = target;
        this.monitor = monitor;
    }

    /** @param grace how long a send may still be under way: the first lookup comes after that */
    public PaymentVerdict settle(Duration grace) {
        Timers.sleep(monitor, CallMonitor.WaitReason.SETTLING, grace);
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
                Timers.sleep(monitor, CallMonitor.WaitReason.SETTLING, target.settleAfter());
                continue;
            }
            PaymentVerdict verdict = PaymentVerdict.of(found, target.price());
            if (verdict.kind() != PaymentVerdict.Kind.PENDING) {
                return verdict;
            }
            missedOnce = false;
            polls++;
            Duration wait = target.lookup().intervalAfter(polls);
            polled = polled.plus(wait);
            if (polled.compareTo(target.lookup().patience()) > 0) {
                return new PaymentVerdict(PaymentVerdict.Kind.UNKNOWN, verdict.transactionId(), null);
            }
            Timers.sleep(monitor, CallMonitor.WaitReason.SETTLING, wait);
        }
    }

    private @Nullable FoundPayment find() throws CallGaveUpException {
        FindPayment request = new FindPayment(target.registrationId(), target.userId());
        return new PatientCall(target.lookup(), monitor)
                .run(PaymentService.class, service -> service.findPayment(request))
                .payment();
    }
}
