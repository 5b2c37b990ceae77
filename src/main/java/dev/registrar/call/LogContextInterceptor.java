package dev.registrar.call;

import dev.registrar.model.OfRegistration;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptor;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkerInterceptorBase;
import io.temporal.common.interceptors.WorkflowInboundCallsInterceptor;
import io.temporal.common.interceptors.WorkflowInboundCallsInterceptorBase;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Adds the id to every log line of a registration: {@link LogContext#KEY} in the logging context of its activities and
 * its workflow. Activities of other workflows add it if their argument contains it.
 */
public final class LogContextInterceptor extends WorkerInterceptorBase {

    /** Where Temporal puts the id of the workflow. */
    private static final String WORKFLOW_ID = "WorkflowId";

    @Override
    public ActivityInboundCallsInterceptor interceptActivity(ActivityInboundCallsInterceptor next) {
        return new OfActivity(next);
    }

    @Override
    public WorkflowInboundCallsInterceptor interceptWorkflow(WorkflowInboundCallsInterceptor next) {
        return new OfWorkflow(next);
    }

    private static final class OfActivity extends ActivityInboundCallsInterceptorBase {

        private @Nullable String workflowId;

        OfActivity(ActivityInboundCallsInterceptor next) {
            super(next);
        }

        @Override
        public void init(ActivityExecutionContext context) {
            workflowId = context.getInfo().getWorkflowId();
            super.init(context);
        }

        @Override
        public ActivityOutput execute(ActivityInput input) {
            Object[] arguments = input.getArguments();
            String id = arguments.length > 0 && arguments[0] instanceof OfRegistration of
                    ? of.registrationId().toString()
                    : workflowId;
            return LogContext.about(id, () -> super.execute(input));
        }
    }

    private static final class OfWorkflow extends WorkflowInboundCallsInterceptorBase {

        OfWorkflow(WorkflowInboundCallsInterceptor next) {
            super(next);
        }

        @Override
        public WorkflowOutput execute(WorkflowInput input) {
            return LogContext.about(MDC.get(WORKFLOW_ID), () -> super.execute(input));
        }
    }
}
