package dev.registrar.call;

import dev.registrar.model.ForwardCall;
import dev.registrar.model.ForwardGuard;
import dev.registrar.model.ForwardGuard.ForwardRefusedException;
import dev.registrar.model.ProviderCall;
import dev.registrar.model.ProviderNames;
import dev.registrar.model.RevokingCall;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UndoAttempt;
import dev.registrar.model.UndoCall;
import dev.registrar.model.UndoGuard;
import dev.registrar.model.UndoGuard.UndoRefusedException;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.activity.ActivityInfo;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptor;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkerInterceptorBase;

/**
 * Consults a guard before an activity changes anything: the {@link ForwardGuard} for a {@link ForwardCall} or a {@link RevokingCall},
 * the {@link UndoGuard} for an {@link UndoCall} that belongs to an undo. If the guard is unavailable, or the call belongs to a
 * provider other than the configured one, the call is not made and waits. Belongs inside {@link
 * CallFailureInterceptor}, which translates the refusals.
 */
public final class GuardInterceptor extends WorkerInterceptorBase {

    private final ForwardGuard forward;
    private final UndoGuard undo;
    private final ProviderNames providers;

    /** @param providers the configured ones: a call that belongs to another is not made */
    public GuardInterceptor(ForwardGuard forward, UndoGuard undo, ProviderNames providers) {
        this.providers = providers;
        this.forward = forward;
        this.undo = undo;
    }

    @Override
    public ActivityInboundCallsInterceptor interceptActivity(ActivityInboundCallsInterceptor next) {
        return new Guarded(next);
    }

    private void requireSameProvider(Object argument) {
        if (argument instanceof ProviderCall call && providers.isNot(call.service(), call.provider())) {
            throw UnavailableException.providerChanged(call.service());
        }
    }

    private void ask(Object argument, ActivityInfo info) {
        try {
            if (argument instanceof ForwardCall call) {
                // The local first attempt of a first run needs no check: nothing can have been undone before it.
                if (!info.isLocal() || call.origin().mustAsk(info.getWorkflowRunId())) {
                    forward.requireForward(call.registrationId(), call.origin());
                }
            } else if (argument instanceof RevokingCall call) {
                forward.requireRevocable(call.registrationId());
            } else if (argument instanceof UndoCall call) {
                UndoAttempt attempt = call.attempt();
                if (attempt != null) {
                    undo.begin(call.registrationId(), attempt, info.getStartToCloseTimeout());
                }
            }
        } catch (ForwardRefusedException | UndoRefusedException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new UnavailableException(
                    Step.DATABASE, UnavailableException.Reason.BLOCKED, null, "the guard cannot be asked");
        }
    }

    private final class Guarded extends ActivityInboundCallsInterceptorBase {

        private ActivityInfo info;

        @SuppressWarnings("NullAway.Init")
        Guarded(ActivityInboundCallsInterceptor next) {
            super(next);
        }

        @Override
        public void init(ActivityExecutionContext context) {
            info = context.getInfo();
            super.init(context);
        }

        @Override
        public ActivityOutput execute(ActivityInput input) {
            Object[] arguments = input.getArguments();
            if (arguments.length > 0) {
                requireSameProvider(arguments[0]);
                ask(arguments[0], info);
            }
            return super.execute(input);
        }
    }
}
