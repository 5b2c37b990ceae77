package dev.registrar.operations;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.registrar.dispatch.CommandDesk;
import dev.registrar.dispatch.CommandDesk.Cancelled;
import dev.registrar.model.RegistrationId;
import dev.registrar.operations.AuditLog.Entry;
import dev.registrar.registration.Acceptance;
import dev.registrar.registration.Acceptance.Accepted;
import dev.registrar.registration.RegistrationService;
import dev.registrar.store.Registration;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.RegistrationStore;
import dev.registrar.store.RequestData;
import dev.registrar.store.RetryStore;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Cancels registrations and retries failed ones. Thread-safe. */
public final class RegistrationOperations {

    private static final long POLL_MILLIS = 100;
    private static final int APPEARS_TRIES = 20;

    private final RegistrationStore store;
    private final CommandDesk commands;
    private final RegistrationService service;
    private final RetryStore retries;
    private final AuditLog audit;
    private final Clock clock;

    public RegistrationOperations(
            RegistrationStore store,
            CommandDesk commands,
            RegistrationService service,
            RetryStore retries,
            AuditLog audit,
            Clock clock) {
        this.store = store;
        this.commands = commands;
        this.service = service;
        this.retries = retries;
        this.audit = audit;
        this.clock = clock;
    }

    /** Requests a cancellation, as a client would: refused if the registration has ended. */
    public RegistrationEntry cancel(UUID uuid, OperatorNote note) {
        RegistrationId id = new RegistrationId(uuid);
        Registration before = find(id);
        Cancelled cancelled = audit.changing(
                note,
                new Entry("registration-cancel", subject(id)),
                () -> commands.cancel(id, note.sender(), note::requireSeen),
                result -> result == Cancelled.REQUESTED && find(id).commandSeq() > before.commandSeq());
        Registration row = find(id);
        if (cancelled == Cancelled.ENDED) {
            throw OperationRefusedException.wrongState("The registration has ended: " + row.status() + ".");
        }
        return RegistrationEntry.of(row, null);
    }

    /**
     * Registers the user of a failed registration again, with the same request under a new id; a repeated call returns
     * the same new registration. The new id is written first, so that an interrupted retry continues when it is
     * repeated.
     */
    public RegistrationEntry retry(UUID uuid, OperatorNote note) throws InterruptedException {
        RegistrationId failed = new RegistrationId(uuid);
        Registration row = find(failed);
        if (row.status() != RegistrationStatus.FAILED) {
            throw OperationRefusedException.wrongState(
                    "Only FAILED registrations can be retried; this one is " + row.status() + ".");
        }
        RequestData request = store.request(failed)
                .orElseThrow(() -> OperationRefusedException.wrongState(
                        "erased: the personal data of this registration was erased."));
        RegistrationId fresh = claim(failed, note);
        if (store.find(fresh).isEmpty()) {
            accept(row, fresh, request);
        }
        Entry entry = new Entry("registration-retry", subject(failed), Map.of("retriedBy", fresh.toString()));
        audit.changing(note, entry, () -> retries.link(fresh, failed), linked -> linked);
        return RegistrationEntry.of(find(fresh), failed);
    }

    /**
     * The id under which it is retried. An operator who passed what was seen is refused once another has retried it; a
     * retry that was interrupted before it was accepted is continued.
     */
    private RegistrationId claim(RegistrationId failed, OperatorNote note) throws InterruptedException {
        RegistrationId wanted = RegistrationId.random();
        RegistrationId claimed = commands.leave(failed, (handle, facts) -> {
                    note.requireSeen(facts);
                    return retries.claim(failed, wanted, clock.instant());
                })
                .flatMap(id -> id)
                .orElseThrow(() -> OperationRefusedException.wrongState("It has changed in the meantime."));
        if (note.seenSeq() != null && !claimed.equals(wanted) && appears(claimed)) {
            throw OperatorNote.changed("it is retried already, as " + claimed);
        }
        return claimed;
    }

    /** Whether another operator's retry is accepted, now or soon. */
    private boolean appears(RegistrationId id) throws InterruptedException {
        for (int i = 0; i < APPEARS_TRIES; i++) {
            if (store.find(id).isPresent()) {
                return true;
            }
            Thread.sleep(POLL_MILLIS);
        }
        return false;
    }

    private void accept(Registration failed, RegistrationId fresh, RequestData request) {
        Acceptance acceptance = service.accept(fresh, failed.caller(), null, request);
        boolean made = acceptance instanceof Accepted accepted
                && accepted.registration().id().equals(fresh);
        if (!made) {
            retries.release(failed.id(), fresh, clock.instant());
            throw OperationRefusedException.wrongState(
                    acceptance instanceof Acceptance.BacklogFull
                            ? "Too many registrations are unfinished; try again later."
                            : "The user has another registration that is live or completed.");
        }
    }

    static String subject(RegistrationId id) {
        return "registration:" + id;
    }

    private Registration find(RegistrationId id) {
        return store.find(id).orElseThrow(() -> OperationRefusedException.unknown("registration " + id));
    }

    /**
     * A registration as operators see it: its row, without personal data.
     *
     * @param commandSeq how many commands it has received: to be passed back as {@code seenSeq}
     * @param attemptOf the failed registration that this one retries; only in the answer to a retry
     */
    public record RegistrationEntry(
            RegistrationId id,
            String userId,
            String status,
            Instant createdAt,
            Instant updatedAt,
            @Nullable Instant finishedAt,
            int commandSeq,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            RegistrationId attemptOf) {

        static RegistrationEntry of(Registration row, @Nullable RegistrationId attemptOf) {
            return new RegistrationEntry(
                    row.id(),
                    row.userId(),
                    row.status().name(),
                    row.createdAt(),
                    row.updatedAt(),
                    row.finishedAt(),
                    row.commandSeq(),
                    attemptOf);
        }
    }
}
