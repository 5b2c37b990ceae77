package dev.registrar.call;

import dev.registrar.model.CallException;
import dev.registrar.model.ForwardGuard.ForwardRefusedException;
import dev.registrar.model.StaleRunException;
import dev.registrar.model.UndoGuard.UndoRefusedException;
import dev.registrar.model.UnknownOutcomeException;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.activity.ActivityInfo;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptor;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkerInterceptorBase;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Translates an activity's exception into a {@link CallFailure}, and reports to {@link LocalAttempts} how local
 * attempts end. What the failed attempts of a call met travels with it. Unexpected exceptions are logged here and travel without their text: it may hold personal data, and
 * Temporal's history keeps it.
 */
public final class CallFailureInterceptor extends WorkerInterceptorBase {

    private static final Logger LOG = LoggerFactory.getLogger(CallFailureInterceptor.class);

    private final LocalAttempts localAttempts;
    private final Clock clock;

    /** @param clock for the times of failed attempts */
    public CallFailureInterceptor(LocalAttempts localAttempts, Clock clock) {
        this.localAttempts = localAttempts;
        this.clock = clock;
    }

    @Override
    public ActivityInboundCallsInterceptor interceptActivity(ActivityInboundCallsInterceptor next) {
        return new Translator(next);
    }

    /** The chain of exceptions and its origin, without messages, which may quote a statement's values. */
    private static String classes(Throwable thrown) {
        StringBuilder chain = new StringBuilder();
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            chain.append(cause.getClass().getName());
            if (cause instanceof SQLException sql) {
                chain.append(" (SQLSTATE ").append(sql.getSQLState()).append(')');
            }
            chain.append(cause.getCause() == null ? "" : " by ");
        }
        return Arrays.stream(thrown.getStackTrace())
                .filter(frame -> frame.getClassName().startsWith("dev.registrar."))
                .findFirst()
                .map(frame -> chain + " at " + frame)
                .orElse(chain.toString());
    }

    private final class Translator extends ActivityInboundCallsInterceptorBase {

        private ActivityInfo info;
        private FailedAttempts attempts;

        @SuppressWarnings("NullAway.Init")
        Translator(ActivityInboundCallsInterceptor next) {
            super(next);
        }

        @Override
        public void init(ActivityExecutionContext context) {
            info = context.getInfo();
            attempts = new FailedAttempts(context, clock);
            super.init(context);
        }

        private CallFailure failure(RuntimeException thrown) {
            CallFailure failure = CallFailure.of(thrown, info.getAttempt());
            if (thrown instanceof CallException call) {
                return attempts.with(failure, call);
            }
            if (thrown instanceof ForwardRefusedException
                    || thrown instanceof UndoRefusedException
                    || thrown instanceof StaleRunException) {
                return attempts.refused(failure);
            }
            LOG.error("activity {} of {} failed: {}", info.getActivityType(), info.getWorkflowId(), classes(thrown));
            return attempts.unexpected(failure);
        }

        @Override
        public ActivityOutput execute(ActivityInput input) {
            ActivityOutput output;
            try {
                output = super.execute(input);
                if (info.isLocal()) {
                    localAttempts.answered(info.getActivityType());
                }
            } catch (RuntimeException e) {
                if (info.isLocal() && !(e instanceof UnknownOutcomeException unknown && unknown.localLimit())) {
                    localAttempts.answered(info.getActivityType());
                } else if (info.isLocal()) {
                    localAttempts.timedOut(info.getActivityType());
                }
                throw failure(e).toFailure();
            }
            return output.getResult() instanceof Attempted result && info.getAttempt() > 1
                    ? new ActivityOutput(result.after(attempts.earlier()))
                    : output;
        }
    }
}
