package dev.registrar.operations;

import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.reconcile.Finding;
import dev.registrar.reconcile.ReconcileStore.ReconcileReport;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A comparison as operators see it.
 *
 * @param compared registrations compared so far
 * @param unknown how many of the items could not be looked up
 * @param limitReached whether there may be more in the window
 * @param finishedAt absent while it is running
 * @param items mismatches, then what could not be looked up
 */
public record ComparisonView(
        UUID id,
        Instant from,
        Instant to,
        boolean dryRun,
        int compared,
        int unknown,
        boolean limitReached,
        @Nullable Instant finishedAt,
        List<FindingView> items) {

    /** @param compensation the row created for it */
    public record FindingView(
            RegistrationId registrationId,
            String kind,
            String service,
            @Nullable String reference,
            @Nullable BigDecimal amount,
            @Nullable String currency,
            @Nullable UUID compensation) {

        static FindingView of(Finding finding) {
            Money amount = finding.amount();
            return new FindingView(
                    finding.registrationId(),
                    finding.kind().code(),
                    finding.service().code(),
                    finding.reference(),
                    amount == null ? null : amount.amount(),
                    amount == null ? null : amount.currency(),
                    finding.compensation());
        }
    }

    static ComparisonView of(ReconcileReport report) {
        return new ComparisonView(
                report.id(),
                report.from(),
                report.to(),
                report.dryRun(),
                report.compared(),
                report.unknown().size(),
                report.limitReached(),
                report.finishedAt(),
                Stream.concat(report.findings().stream(), report.unknown().stream())
                        .map(FindingView::of)
                        .toList());
    }
}
