package dev.registrar.call;

import dev.registrar.call.CallFailure.Kind;
import dev.registrar.call.CallMonitor.WaitReason;
import dev.registrar.model.AttemptFailure;
import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TimeoutFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Functions;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One step's call of one service, under its {@link CallPolicy}: first a local attempt if the policy asks for one, then
 * a durable activity with the attempts that are left, with a wait in between for any obstacle that is not a failure of
 * this call. Workflow code: one instance per call.
 */
public final class PatientCall {

    /** A worker that dies in mid-call is noticed within this time. */
    public static final Duration HEARTBEAT = Duration.ofSeconds(15);

    /** How long a cancel waits for the answer of a call under way: twice the longest call. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

    /** After this time a cancel's wait for an answer is written to the row. */
    private static final Duration WORTH_RECORDING = Duration.ofSeconds(5);

    private final CallPolicy policy;
    private final CallMonitor monitor;
    private final CallCounts counts;
    private final Patience patience;
    private int spent;
    private boolean unknown;
    private boolean mayBeUnderWay;

    public PatientCall(CallPolicy policy, CallMonitor monitor) {
        this.policy = policy;
        this.monitor = monitor;
        this.counts = new CallCounts(monitor.service());
        this.patience = new Patience(policy);
    }

    /**
     * Calls until there is an answer.
     *
     * @throws CallGaveUpException when attempts or patience are used up, or the failure is final
     * @throws CanceledFailure when the scope is cancelled, or the guard knows of a cancel; a call under way is awaited
     *     first
     */
    public <S, R> R run(Class<S> service, Function<S, R> call) throws CallGaveUpException {
        return finish(service, call, isLocalFirst() ? () -> call.apply(LocalFirst.attempt(service)) : null);
    }

    /**
     * Starts the local attempt, if the policy asks for one, and does not wait for it: several calls are under way at once without
     * a thread for each. {@link Begun#finish} is then what {@link #run} is.
     *
     * @param call asynchronous, for example {@code service -> Async.function(service::saveUserData, request)}
     */
    public <S, R> Begun<R> begin(Class<S> service, Function<S, Promise<R>> call) {
        Promise<R> first = isLocalFirst() ? DetachedScope.run(() -> call.apply(LocalFirst.attempt(service))) : null;
        return new Begun<>(
                first, () -> finish(service, each -> call.apply(each).get(), first == null ? null : first::get));
    }

    private boolean isLocalFirst() {
        if (policy.mode() != CallPolicy.Mode.LOCAL_FIRST) {
            return false;
        }
        monitor.attempts(1);
        return true;
    }

    /** A call whose first attempt may be under way. */
    public static final class Begun<R> {

        private final @Nullable Promise<R> first;
        private final Completion<R> completion;

        private Begun(@Nullable Promise<R> first, Completion<R> completion) {
            this.first = first;
            this.completion = completion;
        }

        /** Whether the first attempt has ended, or is not a local one: it is time for {@link #finish}. */
        public boolean isDue() {
            return first == null || first.isCompleted();
        }

        /** Whether {@link #finish} returns without waiting. */
        public boolean isAnswered() {
            return first != null && first.isCompleted() && first.getFailure() == null;
        }

        /** Waits for the answer and makes further attempts, as {@link PatientCall#run} does. To be called once. */
        public R finish() throws CallGaveUpException {
            return completion.run();
        }
    }

    private interface Completion<R> {

        R run() throws CallGaveUpException;
    }

    /** @param first waits for the answer of the local attempt; absent if the policy asks for none */
    private <S, R> R finish(Class<S> service, Function<S, R> call, @Nullable Supplier<R> first)
            throws CallGaveUpException {
        try {
            R result = attempt(service, call, first);
            monitor.answered();
            return result;
        } finally {
            monitor.ended();
        }
    }

    private <S, R> R attempt(Class<S> service, Function<S, R> call, @Nullable Supplier<R> first)
            throws CallGaveUpException {
        if (first != null) {
            try {
                // It lasts START_TO_CLOSE at most: its answer is worth more than cancelling it.
                return DetachedScope.run(first);
            } catch (ActivityFailure e) {
                CallFailure failure = note(e, 1, LocalAttempts.START_TO_CLOSE);
                if (failure.kind().retriedByTemporal()) {
                    giveUpIfSpent(failure);
                    Timers.sleep(monitor, WaitReason.RETRY, policy.firstInterval());
                } else {
                    waitOrGiveUp(failure);
                }
            }
        }
        while (true) {
            CancellationScope.throwCanceled();
            int left = policy.attempts() - spent;
            monitor.attempts(spent + 1);
            long scheduledAt = Workflow.currentTimeMillis();
            try {
                S stub = Workflow.newActivityStub(service, durableOptions(left));
                R result = answer(() -> call.apply(stub));
                if (result instanceof Attempted attempted) {
                    failed(attempted.failures());
                    spent += attempted.attempt();
                } else {
                    spent++;
                }
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

    /**
     * The answer of a durable activity. It runs in its own scope, which a cancel does not reach: the in-process server
     * loses an activity that fails after its cancel was requested. A cancel waits for the answer instead; meanwhile the
     * guard stops further attempts. Only an activity that has not answered by then is cancelled and no longer awaited.
     */
    private <R> R answer(Functions.Func<R> activity) {
        AtomicReference<Promise<R>> started = new AtomicReference<>();
        CancellationScope scope = Workflow.newDetachedCancellationScope(() -> started.set(Async.function(activity)));
        scope.run();
        Promise<R> answer = Objects.requireNonNull(started.get());
        monitor.waits(WaitReason.CALL, policy.startToClose());
        try {
            Workflow.await(answer::isCompleted);
        } catch (CanceledFailure e) {
            if (!DetachedScope.run(() -> answersAfterCancel(answer))) {
                mayBeUnderWay = true;
                scope.cancel();
                throw e;
            }
        } finally {
            monitor.goesOn();
        }
        return answer.get();
    }

    private boolean answersAfterCancel(Promise<?> answer) {
        Duration limit = min(policy.startToClose(), ANSWER_LIMIT);
        Duration unrecorded = min(limit, WORTH_RECORDING);
        monitor.waits(WaitReason.CANCEL, limit);
        if (Timers.await(unrecorded, answer::isCompleted)) {
            return true;
        }
        monitor.stillWaits();
        return Timers.await(limit.minus(unrecorded), answer::isCompleted);
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private void waitOrGiveUp(CallFailure failure) throws CallGaveUpException {
        if (failure.kind() == Kind.CANCEL_REQUESTED) {
            throw new CanceledFailure("a cancel was requested");
        }
        if (!failure.kind().waits()) {
            throw gaveUp(failure);
        }
        giveUpIfSpent(failure);
        Duration wait = patience.next(failure, Workflow.newRandom().nextDouble());
        if (wait == null) {
            throw gaveUp(failure);
        }
        Timers.sleep(
                monitor,
                switch (failure.kind()) {
                    case RETRY_AFTER -> WaitReason.RETRY_AFTER;
                    case BLOCKED -> WaitReason.RETRY;
                    default -> WaitReason.BREAKER_OPEN;
                },
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

    /** An activity reports its last attempt only; an earlier one can have been lost if it lasted a heartbeat time-out. */
    private CallFailure note(ActivityFailure e, int allowed, Duration lasted) {
        boolean hidesALost = lasted.compareTo(HEARTBEAT) >= 0;
        if (e.getCause() instanceof CanceledFailure canceled) {
            mayBeUnderWay |= hidesALost;
            throw canceled;
        }
        CallFailure failure = CallFailure.read(e, allowed, Instant.ofEpochMilli(Workflow.currentTimeMillis()));
        mayBeUnderWay |= e.getCause() instanceof TimeoutFailure || (hidesALost && failure.hidesEarlier());
        unknown |= failure.unknown() || failure.hidesEarlier();
        failed(failure.failures());
        spent += failure.attemptsSpent();
        monitor.attempts(spent);
        return failure;
    }

    /** An activity counts its attempts from one. */
    private void failed(List<AttemptFailure> failures) {
        failures.forEach(failure -> monitor.failed(failure.after(spent)));
    }

    private CallGaveUpException gaveUp(CallFailure failure) {
        counts.gaveUp(failure, spent, policy.attempts());
        return new CallGaveUpException(failure, spent, unknown);
    }

    private ActivityOptions durableOptions(int left) {
        return ActivityOptions.newBuilder()
                .setStartToCloseTimeout(policy.startToClose())
                .setHeartbeatTimeout(HEARTBEAT)
                .setCancellationType(ActivityCancellationType.TRY_CANCEL)
                .setRetryOptions(RetryOptions.newBuilder()
                        .setInitialInterval(policy.intervalAfter(spent + 1))
                        .setMaximumInterval(policy.maxInterval())
                        .setBackoffCoefficient(policy.factor())
                        .setMaximumAttempts(left)
                        .setDoNotRetry(CallFailure.REFUSED_BY_AN_OLDER_WORKER)
                        .build())
                .build();
    }
}
