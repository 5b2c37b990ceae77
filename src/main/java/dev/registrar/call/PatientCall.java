package dev.registrar.call;

import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityOptions;
import io.temporal.activity.LocalActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TimeoutFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.Functions;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.function.Function;

/**
 * One step's call of one service, under its {@link CallPolicy}: first a local attempt where the policy says so, then a
 * durable activity with the attempts that are left, with a wait in between whenever the breaker is open or the provider
 * says when to come back. Workflow code: one instance a call.
 */
public final class PatientCall {

    /** A worker that dies in mid-call is noticed within this (DESIGN 3). */
    public static final Duration HEARTBEAT = Duration.ofSeconds(15);

    /**
     * How long a cancel waits for the answer of a call under way: twice the longest call. An activity whose cancel was
     * asked for and that then fails is lost by the in-process server: it neither tries again nor tells the workflow.
     */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

    private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);
    private static final double JITTER = 0.1;

    private final CallPolicy policy;
    private final CallMonitor monitor;
    private final CallCounts counts;
    private Duration patience;
    private int spent;
    private boolean unknown;
    private boolean mayBeUnderWay;

    public PatientCall(CallPolicy policy, CallMonitor monitor) {
        this.policy = policy;
        this.monitor = monitor;
        this.counts = new CallCounts(monitor.service());
        this.patience = policy.patience();
    }

    /**
     * Calls until there is an answer.
     *
     * @throws CallGaveUpException when attempts or patience are used up, or the failure is final
     * @throws CanceledFailure when the scope is cancelled; a call under way is waited for first
     */
    public <S, R> R run(Class<S> service, Function<S, R> call) throws CallGaveUpException {
        if (policy.mode() == CallPolicy.Mode.LOCAL_FIRST) {
            monitor.attempts(1);
            try {
                // It lasts START_TO_CLOSE at most: not worth cancelling, its answer is worth more.
                return DetachedScope.run(() -> call.apply(Workflow.newLocalActivityStub(service, localOptions())));
            } catch (ActivityFailure e) {
                CallFailure failure = note(e, 1, LocalAttempts.START_TO_CLOSE);
                if (failure.kind().retriedByTemporal()) {
                    giveUpIfSpent(failure);
                    Timers.sleep(monitor, CallMonitor.WaitReason.RETRY, policy.firstInterval());
                } else {
                    waitOrGiveUp(failure);
                }
            }
        }
        while (true) {
            int left = policy.attempts() - spent;
            monitor.attempts(spent + 1);
            long scheduledAt = Workflow.currentTimeMillis();
            try {
                S stub = Workflow.newActivityStub(service, durableOptions(left));
                R result = answer(() -> call.apply(stub));
                spent += result instanceof Attempted attempted ? attempted.attempt() : 1;
                monitor.attempts(spent);
                counts.ended(spent);
                return result;
            } catch (ActivityFailure e) {
                CallFailure failure = note(e, left, Duration.ofMillis(Workflow.currentTimeMillis() - scheduledAt));
                if (failure.kind().retriedByTemporal()) {
                    throw gaveUp(failure);
                }
                waitOrGiveUp(failure);
            }
        }
    }

    /** The answer of a durable activity; a cancel waits for the call under way, but not for ever. */
    private <R> R answer(Functions.Func<R> activity) {
        Promise<R> answer = Async.function(activity);
        try {
            Workflow.await(answer::isCompleted);
        } catch (CanceledFailure e) {
            if (!DetachedScope.run(() -> Timers.await(answerLimit(), answer::isCompleted))) {
                mayBeUnderWay = true;
                throw e;
            }
        }
        return answer.get();
    }

    /** No attempt lasts longer than its time-out. */
    private Duration answerLimit() {
        return policy.startToClose().compareTo(ANSWER_LIMIT) < 0 ? policy.startToClose() : ANSWER_LIMIT;
    }

    private void waitOrGiveUp(CallFailure failure) throws CallGaveUpException {
        Duration asked = failure.retryAfter();
        if (asked == null) {
            throw gaveUp(failure);
        }
        giveUpIfSpent(failure);
        long jitter =
                Math.round(asked.toMillis() * JITTER * Workflow.newRandom().nextDouble());
        Duration wait = asked.plusMillis(jitter);
        wait = wait.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : wait;
        if (wait.compareTo(patience) > 0) {
            throw gaveUp(failure);
        }
        patience = patience.minus(wait);
        Timers.sleep(
                monitor,
                failure.kind() == CallFailure.Kind.BREAKER_OPEN
                        ? CallMonitor.WaitReason.BREAKER_OPEN
                        : CallMonitor.WaitReason.RETRY_AFTER,
                wait);
    }

    private void giveUpIfSpent(CallFailure failure) throws CallGaveUpException {
        if (spent >= policy.attempts()) {
            throw gaveUp(failure);
        }
    }

    /**
     * Whether an attempt may have been lost with its worker, so that its call may still be under way. Known also when
     * {@link #run} ended by a cancel.
     */
    public boolean mayBeUnderWay() {
        return mayBeUnderWay;
    }

    /** An activity tells of its last attempt only; an earlier one can have been lost where it lasted a heartbeat time-out. */
    private CallFailure note(ActivityFailure e, int allowed, Duration lasted) {
        boolean hidesALost = lasted.compareTo(HEARTBEAT) >= 0;
        if (e.getCause() instanceof CanceledFailure canceled) {
            mayBeUnderWay |= hidesALost;
            throw canceled;
        }
        CallFailure failure = CallFailure.read(e, allowed);
        mayBeUnderWay |= e.getCause() instanceof TimeoutFailure || (hidesALost && failure.hidesEarlier());
        unknown |= failure.unknown() || failure.hidesEarlier();
        spent += failure.attemptsSpent();
        monitor.attempts(spent);
        return failure;
    }

    private CallGaveUpException gaveUp(CallFailure failure) {
        counts.gaveUp(failure, spent, policy.attempts());
        return new CallGaveUpException(failure, spent, unknown);
    }

    private static LocalActivityOptions localOptions() {
        return LocalActivityOptions.newBuilder()
                .setStartToCloseTimeout(LocalAttempts.START_TO_CLOSE)
                .setRetryOptions(RetryOptions.newBuilder().setMaximumAttempts(1).build())
                .build();
    }

    private ActivityOptions durableOptions(int left) {
        return ActivityOptions.newBuilder()
                .setStartToCloseTimeout(policy.startToClose())
                .setHeartbeatTimeout(HEARTBEAT)
                .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
                .setRetryOptions(RetryOptions.newBuilder()
                        .setInitialInterval(policy.intervalAfter(spent + 1))
                        .setMaximumInterval(policy.maxInterval())
                        .setBackoffCoefficient(policy.factor())
                        .setMaximumAttempts(left)
                        .build())
                .build();
    }
}
