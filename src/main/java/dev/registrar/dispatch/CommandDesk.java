package dev.registrar.dispatch;

import dev.registrar.model.RegistrationId;
import dev.registrar.store.Command;
import dev.registrar.store.CommandInbox;
import dev.registrar.store.CommandInbox.Sender;
import dev.registrar.store.RegistrationFacts;
import dev.registrar.store.RegistrationTransitions;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Stores commands for registrations with the row locked, and rings the run after the commit. A stored command is
 * applied by the registration's own run, even if this process ends. Thread-safe.
 */
public final class CommandDesk {

    /** The target of an {@code attend} that tries open rows. */
    public static final String TRY = "";

    /** The target of an {@code attend} that opens rows for its findings and tries nothing. */
    public static final String OPEN_ROWS_ONLY = "look";

    private static final long POLL_MILLIS = 100;

    private final Jdbi jdbi;
    private final RegistrationTransitions transitions;
    private final CommandInbox inbox;
    private final Consumer<RegistrationId> ring;

    /** @param ring wakes the registration's run */
    public CommandDesk(
            Jdbi jdbi, RegistrationTransitions transitions, CommandInbox inbox, Consumer<RegistrationId> ring) {
        this.jdbi = jdbi;
        this.transitions = transitions;
        this.inbox = inbox;
        this.ring = ring;
    }

    /** The result of a request to cancel. */
    public enum Cancelled {
        REQUESTED,
        /** Too late. */
        ENDED,
        UNKNOWN_ID
    }

    /** Stores a cancel, unless the registration has ended. */
    public Cancelled cancel(RegistrationId id, Sender sender) {
        return cancel(id, sender, facts -> {});
    }

    /**
     * Stores a cancel, unless the registration has ended or the check refuses.
     *
     * @param check receives the locked row of a registration that has not ended; if it throws, nothing is stored
     */
    public Cancelled cancel(RegistrationId id, Sender sender, Consumer<RegistrationFacts> check) {
        return jdbi.inTransaction(handle -> {
            Optional<RegistrationFacts> facts = transitions.find(handle, id);
            if (facts.isEmpty()) {
                return Cancelled.UNKNOWN_ID;
            }
            if (facts.get().status().ended()) {
                return Cancelled.ENDED;
            }
            check.accept(facts.get());
            inbox.add(handle, id, Command.Kind.CANCEL, "", null, sender);
            handle.afterCommit(() -> ring.accept(id));
            return Cancelled.REQUESTED;
        });
    }

    /**
     * Runs the caller's function, which may store a command, with the row locked.
     *
     * @param command receives the transaction and the facts; if it throws, nothing is stored
     */
    public <T> Optional<T> leave(RegistrationId id, BiFunction<Handle, RegistrationFacts, T> command) {
        return jdbi.inTransaction(handle -> {
            Optional<T> left = transitions.find(handle, id).map(facts -> command.apply(handle, facts));
            handle.afterCommit(() -> ring.accept(id));
            return left;
        });
    }

    /**
     * Runs a check with the row locked until the caller's transaction ends.
     *
     * @param check receives the facts of a registration that exists
     */
    public void check(RegistrationId id, Consumer<RegistrationFacts> check) {
        jdbi.useTransaction(handle -> transitions.find(handle, id).ifPresent(check));
    }

    /** Stores an {@code attend} that tries open rows, or one that only opens rows. */
    public int attend(Handle handle, RegistrationId id, String target, Sender sender) {
        return inbox.add(handle, id, Command.Kind.ATTEND, target, null, sender);
    }

    /** The applied command; empty if it is not applied in time, in which case it will be later. */
    public Optional<Command> await(RegistrationId id, int seq, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            Optional<Command> applied = inbox.find(id, seq).filter(Command::applied);
            if (applied.isPresent() || System.nanoTime() >= end) {
                return applied;
            }
            Thread.sleep(POLL_MILLIS);
        }
    }
}
