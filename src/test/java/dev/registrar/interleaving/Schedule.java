package dev.registrar.interleaving;

import dev.registrar.compensation.Compensation;
import dev.registrar.compensation.UndoAction;
import dev.registrar.compensation.UndoState;
import dev.registrar.dispatch.CommandDesk;
import dev.registrar.dispatch.CommandDesk.Cancelled;
import dev.registrar.model.RegistrationId;
import dev.registrar.operations.OperationRefusedException;
import dev.registrar.operations.OperatorNote;
import dev.registrar.registration.Acceptance.Accepted;
import dev.registrar.store.CommandInbox.Sender;
import dev.registrar.store.Registration;
import dev.registrar.store.RegistrationStatus;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One registration's life, drawn from a seed: faults, commands, lost runs, and then a calm period in which it must end
 * correctly.
 */
final class Schedule {

    private static final int MOST_EVENTS = 6;
    private static final int CALM_ROUNDS = 500;

    /** A registration that is started again and again ends the calm sooner, but not on a machine that is merely slow. */
    private static final Duration MOST = Duration.ofSeconds(40);

    private static final int LEAST_ROUNDS = 20;
    private static final Sender OPERATOR = new Sender("ops", "try it", null);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final Duration SLOW_CALL = Duration.ofMillis(300);
    private static final Duration CALM = Duration.ofMillis(20);

    private final Interleaving world;
    private final Random random;
    private final Disturbance disturbance;
    private final SimulatedProviders providers;
    private final RegistrationId id = RegistrationId.random();
    private final List<String> story = Collections.synchronizedList(new ArrayList<>());
    private boolean cancelAccepted;

    /** The row that the operator has resolved, to be paid once it is closed. */
    private @Nullable UUID unpaid;

    private CompletableFuture<Void> answer = CompletableFuture.completedFuture(null);

    Schedule(Interleaving world, long seed) {
        this.world = world;
        this.random = new Random(seed);
        this.disturbance = new Disturbance(new Random(seed + 1));
        this.providers = new SimulatedProviders(disturbance, random.nextBoolean());
        story.add("seed " + seed);
    }

    /** Returns what went wrong and the events before it; empty if everything is right. */
    List<String> run() throws InterruptedException {
        world.providers(providers);
        providers.planned(action -> world.ledger.of(id).stream().anyMatch(row -> row.action() == action));
        disturbance.trouble(random.nextInt(4) * 0.2);
        if (random.nextInt(6) == 0) {
            providers.declines();
        }
        if (random.nextInt(3) == 0) {
            disturbance.meanwhile(this::event);
        }
        Accepted accepted = (Accepted) world.service.accept(id, "caller", null, Interleaving.request("u-" + id));
        story.add("accepted " + accepted.registration().status());
        int events = random.nextInt(MOST_EVENTS + 1);
        for (int i = 0; i < events; i++) {
            event();
            if (random.nextInt(3) == 0) {
                disturbance.meanwhile(this::event);
            }
            if (random.nextInt(3) == 0) {
                disturbance.whileUndoing(this::whileUndoing);
            }
            Interleaving.pass(Duration.ofMillis(random.nextInt(40)));
        }
        disturbance.calm();
        calm();
        answered(ANSWER);
        List<String> wrong = wrong();
        if (!wrong.isEmpty()) {
            wrong.addAll(story);
        }
        return wrong;
    }

    private synchronized void event() {
        try {
            payOnceResolved();
            switch (random.nextInt(7)) {
                case 0 -> cancel();
                case 1 -> {
                    attend();
                    told("attend");
                }
                case 2 -> resolve();
                case 3 -> {
                    world.terminate(id);
                    told("terminated");
                }
                case 4 -> {
                    world.lose(id);
                    told("lost");
                }
                default -> {
                    world.dispatch();
                    told("dispatched");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void cancel() {
        Cancelled answer = world.commands.cancel(id, Sender.SERVICE);
        cancelAccepted |= answer == Cancelled.REQUESTED;
        told("cancel " + answer);
    }

    private void told(String event) {
        story.add(event + " | " + world.row(id) + " net " + providers.net(Interleaving.PRICE));
    }

    private void attend() {
        world.commands.leave(id, (handle, facts) -> world.commands.attend(handle, id, CommandDesk.TRY, OPERATOR));
    }

    /** The operator is at the same row, and the provider is slow enough for that. */
    private void whileUndoing() {
        resolve();
        answered(SLOW_CALL);
    }

    /**
     * An operator returns the money by hand, but pays only once the row says so. Does not wait for the answer, which
     * comes when a run has applied the command.
     */
    private synchronized void resolve() {
        Compensation row = world.ledger.of(id).stream()
                .filter(open -> open.state() == UndoState.OPEN || open.state() == UndoState.RUNNING)
                .filter(open -> open.action() == UndoAction.REFUND && open.reference() != null)
                .findFirst()
                .orElse(null);
        if (row == null || unpaid != null || !answer.isDone()) {
            told("nothing to resolve");
            return;
        }
        if (providers.charged()) {
            unpaid = row.id();
            providers.operatorPays(true);
        }
        told("vouched for");
        answer = CompletableFuture.runAsync(() -> vouch(row.id()));
    }

    private void vouch(UUID row) {
        try {
            world.operations.resolve(row, "bank transfer", null, false, new OperatorNote("ops", "by hand"));
            payOnceResolved();
        } catch (OperationRefusedException e) {
            refused(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void refused(OperationRefusedException refusal) {
        told("refused: " + refusal.getMessage());
        forget();
    }

    /** Waits for the answer to the operator, at most this long. */
    private void answered(Duration limit) {
        try {
            answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // It comes later.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private synchronized void payOnceResolved() {
        UUID rowId = unpaid;
        if (rowId == null) {
            return;
        }
        UndoState state = world.ledger.of(id).stream()
                .filter(now -> now.id().equals(rowId))
                .map(Compensation::state)
                .findFirst()
                .orElseThrow();
        if (state == UndoState.RESOLVED) {
            providers.paidByHand(Interleaving.PRICE);
        }
        if (state.closed()) {
            forget();
        }
    }

    private void forget() {
        unpaid = null;
        providers.operatorPays(false);
    }

    /** No more faults: the service, and one operator who confirms, bring it to its end. */
    private void calm() throws InterruptedException {
        long start = System.nanoTime();
        for (int i = 0; i < CALM_ROUNDS && (i < LEAST_ROUNDS || System.nanoTime() - start < MOST.toNanos()); i++) {
            Registration row = world.registrations.find(id).orElseThrow();
            boolean open =
                    world.ledger.of(id).stream().anyMatch(each -> !each.state().closed());
            payOnceResolved();
            if (row.status().ended() && !open && row.attendAt() == null) {
                return;
            }
            if (i % 10 == 9 && (row.status() == RegistrationStatus.NEEDS_ATTENTION || open)) {
                attend();
            }
            world.dispatch();
            Interleaving.pass(CALM);
        }
    }

    private List<String> wrong() {
        List<String> wrong = new ArrayList<>();
        Registration row = world.registrations.find(id).orElseThrow();
        BigDecimal net = providers.net(Interleaving.PRICE);
        boolean completed = row.status() == RegistrationStatus.COMPLETED;
        if (!row.status().ended()) {
            wrong.add("I1: not ended: " + row.status());
        }
        BigDecimal right = completed ? Interleaving.PRICE.amount() : BigDecimal.ZERO;
        if (net.compareTo(right) != 0) {
            wrong.add("I2: " + row.status() + " with a net charge of " + net);
        }
        if (providers.count("charges") > 1) {
            wrong.add("I2: charged twice");
        }
        if (providers.count("charge without profile") > 0 || providers.count("profile deleted while charged") > 0) {
            wrong.add("I3: charged without a profile");
        }
        if (completed != providers.hasProfile()) {
            wrong.add("I3: " + row.status() + " and the profile is there: " + providers.hasProfile());
        }
        if (world.ledger.of(id).stream().anyMatch(each -> !each.state().closed())) {
            wrong.add("I4: undo is left open");
        }
        if (providers.count("undo without a row") > 0) {
            wrong.add("I4: undone before a row said so");
        }
        if (world.unapplied(id) > 0) {
            wrong.add("a command was forgotten");
        }
        if (cancelAccepted && completed) {
            wrong.add("completed although a cancel was accepted");
        }
        if (world.due.violations() > 0) {
            wrong.add("the rows contradict each other");
        }
        return wrong;
    }
}
