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
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Translates an activity's exception into a {@link CallFailure}, and reports to {@link LocalAttempts} how local
 * attempts end. Unexpected exceptions are logged here and travel without their text: it may hold personal data, and
 * Temporal's history keeps it.
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
                if (!(e instanceof CallException
                        || e instanceof ForwardRefusedException
                        || e instanceof UndoRefusedException
                        || e instanceof StaleRunException)) {
                    LOG.error("activity {} of {} failed: {}", info.getActivityType(), info.getWorkflowId(), classes(e));
                }
                throw CallFailure.of(e, info.getAttempt()).toFailure();
            }
        }
    }
}
