package dev.registrar.registration;

import dev.registrar.call.CallMonitor;
import dev.registrar.call.Timers;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.store.RegistrationRecords;
import dev.registrar.store.RegistrationRecords.Earlier;
import dev.registrar.store.RegistrationRecords.EarlierAnswer;
import dev.registrar.store.RegistrationRecords.EarlierCommand;
import java.time.Duration;

/**
 * Before a user is charged again, lets the user's earlier registrations with open money attend to themselves. Sends
 * each a command and waits for it; writes nothing of theirs. Workflow code.
 */
final class EarlierRegistrations {

    private final RegistrationInput input;
    private final CallMonitor monitor;
    private final RegistrationRecords records = OutcomeRecorder.durable();

    EarlierRegistrations(RegistrationInput input, StepTracker tracker) {
        this.input = input;
        this.monitor = tracker.waitsOf(Step.PAYMENT);
    }

    /** Whether no earlier money is open any more; false if that could not be achieved or confirmed in time. */
    boolean clear() {
        return input.earlier().stream().allMatch(this::clear);
    }

    private boolean clear(RegistrationId earlier) {
        int seq = records.attendToEarlier(new Earlier(input.registrationId(), earlier));
        EarlierCommand question = new EarlierCommand(input.registrationId(), earlier, seq);
        Duration waited = Duration.ZERO;
        int polls = 0;
        while (true) {
            EarlierAnswer answer = records.earlierAnswer(question);
            if (answer.attended()) {
                return answer.clear();
            }
            Duration wait = input.policies().lookup().intervalAfter(++polls);
            waited = waited.plus(wait);
            if (waited.compareTo(input.policies().lookup().patience()) > 0) {
                return false;
            }
            Timers.sleep(monitor, CallMonitor.WaitReason.SETTLING, wait);
        }
    }
}
