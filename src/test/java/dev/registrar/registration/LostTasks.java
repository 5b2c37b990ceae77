package dev.registrar.registration;

import io.temporal.common.interceptors.WorkerInterceptorBase;
import io.temporal.common.interceptors.WorkflowInboundCallsInterceptor;
import io.temporal.common.interceptors.WorkflowInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkflowOutboundCallsInterceptor;
import io.temporal.common.interceptors.WorkflowOutboundCallsInterceptorBase;
import io.temporal.workflow.Workflow;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Loses workflow tasks as a dying worker does: before a chosen activity the task fails and discards the results of all
 * local activities before it. The next task runs them again.
 */
final class LostTasks extends WorkerInterceptorBase {

    private record Loss(String activity, boolean after, Runnable meanwhile) {}

    private final Map<String, Loss> losses = new ConcurrentHashMap<>();

    /** Loses one task of this registration just before this activity, after running {@code meanwhile}. */
    void loseBefore(World world, String activityType, Runnable meanwhile) {
        losses.put(world.id().toString(), new Loss(activityType, false, meanwhile));
    }

    /** Loses one task of this registration after this local activity has completed. */
    void loseAfter(World world, String activityType) {
        loseAfter(world, activityType, () -> {});
    }

    /** Loses one task of this registration after this local activity has completed, and runs {@code meanwhile}. */
    void loseAfter(World world, String activityType, Runnable meanwhile) {
        losses.put(world.id().toString(), new Loss(activityType, true, meanwhile));
    }

    /** Whether the requested loss has happened. */
    boolean hasLost(World world) {
        return !losses.containsKey(world.id().toString());
    }

    @Override
    public WorkflowInboundCallsInterceptor interceptWorkflow(WorkflowInboundCallsInterceptor next) {
        return new WorkflowInboundCallsInterceptorBase(next) {
            @Override
            public void init(WorkflowOutboundCallsInterceptor outbound) {
                super.init(new Loser(outbound));
            }
        };
    }

    private final class Loser extends WorkflowOutboundCallsInterceptorBase {

        Loser(WorkflowOutboundCallsInterceptor next) {
            super(next);
        }

        @Override
        public <R> LocalActivityOutput<R> executeLocalActivity(LocalActivityInput<R> input) {
            String id = Workflow.getInfo().getWorkflowId();
            Loss loss = losses.get(id);
            if (loss == null || !loss.activity().equals(input.getActivityName())) {
                return super.executeLocalActivity(input);
            }
            losses.remove(id);
            if (loss.after()) {
                super.executeLocalActivity(input).getResult().get();
            }
            loss.meanwhile().run();
            throw new IllegalStateException("this workflow task is lost");
        }

        @Override
        public <R> ActivityOutput<R> executeActivity(ActivityInput<R> input) {
            String id = Workflow.getInfo().getWorkflowId();
            Loss loss = losses.get(id);
            if (loss == null || loss.after() || !loss.activity().equals(input.getActivityName())) {
                return super.executeActivity(input);
            }
            losses.remove(id);
            loss.meanwhile().run();
            throw new IllegalStateException("this workflow task is lost");
        }
    }
}
