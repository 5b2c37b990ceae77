package dev.registrar.reconcile;

import dev.registrar.dispatch.CommandDesk;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.RegistrationId;
import dev.registrar.reconcile.ReconcileStore.ReconcileDao;
import dev.registrar.reconcile.ReconcileStore.ReconcileDao.Run;
import dev.registrar.store.CommandInbox.Sender;
import dev.registrar.store.RegistrationFilter.Position;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** Pages through the table of registrations and keeps the findings, over JDBI. Thread-safe. */
public final class JdbiReconcileRecords implements ReconcileRecords {

    private static final int PAGE = 50;

    /** Sorts before every registration. */
    private static final UUID LOWEST = new UUID(0, 0);

    private final Jdbi jdbi;
    private final CommandDesk commands;
    private final boolean automatic;
    private final RegistrarMeters meters;

    /** @param automatic whether mismatches are repaired at once; otherwise only rows are opened */
    public JdbiReconcileRecords(Jdbi jdbi, CommandDesk commands, boolean automatic, RegistrarMeters meters) {
        this.commands = commands;
        this.automatic = automatic;
        this.meters = meters;
        this.jdbi = jdbi;
    }

    @Override
    public Page nextPage(PageRequest request) {
        return jdbi.inTransaction(handle -> {
            ReconcileDao dao = handle.attach(ReconcileDao.class);
            Position reached = request.reached();
            if (reached != null
                    && dao.advance(
                            request.runId(),
                            reached.createdAt(),
                            reached.id().value(),
                            request.compared(),
                            request.at())) {
                handle.afterCommit(() -> meters.compared(request.compared()));
            }
            Run run = dao.lock(request.runId());
            if (run.finishedAt() != null) {
                return new Page(true, run.dryRun(), List.of());
            }
            List<Candidate> candidates = candidates(dao, run, request);
            if (candidates.isEmpty()) {
                dao.finish(request.runId(), request.at());
            }
            return new Page(candidates.isEmpty(), run.dryRun(), candidates);
        });
    }

    private static List<Candidate> candidates(ReconcileDao dao, Run run, PageRequest request) {
        int left = run.most() - run.compared();
        if (left <= 0) {
            return List.of();
        }
        return dao.candidates(
                run.windowFrom(),
                run.windowTo(),
                request.at().minus(request.settleAfter()),
                Objects.requireNonNullElse(run.afterAt(), Instant.EPOCH),
                Objects.requireNonNullElse(run.afterId(), LOWEST),
                Math.min(PAGE, left));
    }

    @Override
    public void recordFindings(Findings request) {
        jdbi.useExtension(ReconcileDao.class, dao -> dao.record(request.runId(), request.findings(), request.at()));
        request.findings()
                .forEach(finding -> meters.reconcileFound(finding.kind().code()));
        if (request.repair()) {
            request.findings().stream()
                    .filter(finding -> finding.kind().repairable())
                    .map(Finding::registrationId)
                    .distinct()
                    .forEach(this::repair);
        }
    }

    private void repair(RegistrationId id) {
        String target = automatic ? CommandDesk.TRY : CommandDesk.OPEN_ROWS_ONLY;
        commands.leave(id, (handle, facts) -> commands.attend(handle, id, target, Sender.SERVICE));
    }
}
