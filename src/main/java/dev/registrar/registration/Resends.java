package dev.registrar.registration;

import dev.registrar.model.RegistrationId;
import dev.registrar.model.RejectedException;
import dev.registrar.model.Step;
import dev.registrar.store.Command;
import dev.registrar.store.CommandInbox;
import dev.registrar.store.CommandInbox.Sender;
import dev.registrar.store.JsonColumns;
import dev.registrar.store.RegistrationRecords.CommandOf;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** The resends of a registration: its {@code resend} commands, by n. Thread-safe. */
public final class Resends implements ResendRecords {

    private final Jdbi jdbi;
    private final JsonColumns json;
    private final CommandInbox inbox;

    public Resends(Jdbi jdbi, JsonColumns json, CommandInbox inbox) {
        this.jdbi = jdbi;
        this.json = json;
        this.inbox = inbox;
    }

    /**
     * The n-th resend of a registration's welcome messages.
     *
     * @param steps how its steps ended so far
     * @param running whether a command of it is not yet applied
     */
    public record Resend(
            RegistrationId registrationId, int n, ResendData data, List<ResendStep> steps, boolean running) {

        public boolean succeeded(Step step) {
            return steps.stream().anyMatch(done -> done.name() == step && done.succeeded());
        }

        /** What is still to be done, in order. */
        public List<Step> left() {
            return data.steps().stream().filter(step -> !succeeded(step)).toList();
        }
    }

    /** All resends of a registration, by n; those whose data was erased are left out. */
    public List<Resend> of(RegistrationId id) {
        return jdbi.withHandle(handle -> of(handle, id));
    }

    private List<Resend> of(Handle handle, RegistrationId id) {
        Map<Integer, List<Command>> byNumber = new TreeMap<>();
        inbox.of(handle, id, Command.Kind.RESEND)
                .forEach(command -> byNumber.computeIfAbsent(Integer.valueOf(command.target()), n -> new ArrayList<>())
                        .add(command));
        return byNumber.values().stream()
                .map(commands -> resend(handle, id, commands))
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<Resend> resend(Handle handle, RegistrationId id, List<Command> commands) {
        Map<Step, ResendStep> steps = new EnumMap<>(Step.class);
        commands.forEach(
                command -> json.list(command.result(), ResendStep.class).forEach(step -> steps.put(step.name(), step)));
        Command first = commands.get(0);
        boolean running = commands.stream().anyMatch(command -> !command.applied());
        return inbox.payload(handle, id, first.seq(), ResendData.class)
                .map(data ->
                        new Resend(id, Integer.parseInt(first.target()), data, List.copyOf(steps.values()), running));
    }

    /** Stores the command in the caller's transaction, which has locked the registration. */
    public void ask(Handle handle, RegistrationId id, int n, ResendData data, Sender sender) {
        inbox.add(handle, id, Command.Kind.RESEND, String.valueOf(n), data, sender);
    }

    @Override
    public ResendOrder resendOrder(CommandOf request) {
        try {
            return jdbi.withHandle(handle -> {
                int n = Integer.parseInt(inbox.find(request.registrationId(), request.seq())
                        .orElseThrow()
                        .target());
                Resend resend = of(handle, request.registrationId()).stream()
                        .filter(each -> each.n() == n)
                        .findFirst()
                        .orElseThrow();
                List<ResendStep> done =
                        resend.steps().stream().filter(ResendStep::succeeded).toList();
                return new ResendOrder(n, resend.data(), done, resend.left());
            });
        } catch (IllegalStateException | IllegalArgumentException | NoSuchElementException e) {
            throw new RejectedException(
                    Step.DATABASE, "unreadable_command", "command " + request.seq() + " cannot be read");
        }
    }
}
