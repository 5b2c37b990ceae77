package dev.registrar.policy;

import dev.registrar.model.CallException;
import dev.registrar.model.ForwardRefusedException;
import dev.registrar.model.UnknownOutcomeException;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.activity.ActivityInfo;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptor;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkerInterceptorBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Translates what an activity throws into a {@link CallFailure}, and tells {@link LocalAttempts} how local attempts end.
 * Unexpected exceptions are logged here and travel without their text: it may hold personal data, and Temporal's history
 * keeps it.
 */
public final class CallFailureInterceptor extends WorkerInterceptorBase {

    private static final Logger LOG = LoggerFactory.getLogger(CallFailureInterceptor.class);

    private final LocalAttempts localAttempts;

    public CallFailureInterceptor(LocalAttempts localAttempts) {
        this.localAttempts = localAttempts;
    }

    @Override
    public ActivityInboundCallsInterceptor interceptActivity(ActivityInboundCallsInterceptor next) {
        return new Translator(next);
    }

    private final class Translator extends ActivityInboundCallsInterceptorBase {

        private ActivityInfo info;

        @SuppressWarnings("NullAway.Init")
        Translator(ActivityInboundCallsInterceptor next) {
            super(next);
        }

        @Override
        public void init(ActivityExecutionContext context) {
            info = context.getInfo();
            super.init(context);
        }

        @Override
        public ActivityOutput execute(ActivityInput input) {
            try {
                ActivityOutput output = super.execute(input);
                if (info.isLocal()) {
                    localAttempts.answered(info.getActivityType());
                }
                return output;
            } catch (RuntimeException e) {
                if (info.isLocal() && !(e instanceof UnknownOutcomeException unknown && unknown.localLimit())) {
                    localAttempts.answered(info.getActivityType());
                } else if (info.isLocal()) {
                    localAttempts.timedOut(info.getActivityType());
                }
                if (!(e instanceof CallException || e instanceof ForwardRefusedException)) {
                    LOG.error("activity {} of {} failed", info.getActivityType(), info.getWorkflowId(), e);
                }
                throw CallFailure.of(e, info.getAttempt()).toFailure();
            }
        }
    }
}
