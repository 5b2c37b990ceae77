package dev.registrar.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.registrar.model.CallLimit;
import dev.registrar.model.UnknownOutcomeException;
import org.junit.jupiter.api.Test;

/** The contract of calls that may be made in a local attempt. */
public abstract class LocalCallContract extends CallContract {

    @Override
    protected boolean changes() {
        return true;
    }

    @Test
    void localAttemptEndedByItsLimitIsUnknownAndTheBreakerTakesNoNotice() {
        provider.will(ProviderStub.hang());

        UnknownOutcomeException failure =
                catchThrowableOfType(UnknownOutcomeException.class, () -> call(client(), CallLimit.LOCAL));

        assertThat(failure.localLimit()).isTrue();
        assertThat(outbound.counted()).isZero();
        assertThat(outbound.ended(service(), "unknown")).isOne();
    }

    @Test
    void localAttemptThatFailsByItselfCounts() {
        UnknownOutcomeException failure =
                catchThrowableOfType(UnknownOutcomeException.class, () -> call(client(), CallLimit.LOCAL));

        assertThat(failure.localLimit()).isFalse();
        assertThat(outbound.countedAsFailed()).isOne();
    }
}
