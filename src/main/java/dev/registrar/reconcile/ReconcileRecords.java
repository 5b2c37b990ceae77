package dev.registrar.reconcile;

import dev.registrar.model.Money;
import dev.registrar.model.ProviderNames;
import dev.registrar.model.RegistrationId;
import dev.registrar.store.RegistrationFilter.Position;
import dev.registrar.store.RegistrationStatus;
import io.temporal.activity.ActivityInterface;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The activities with which a comparison reads its registrations and writes its findings. All are idempotent. */
@ActivityInterface
public interface ReconcileRecords {

    /** Records the progress of the comparison and returns the next page; ends the comparison if there is none. */
    Page nextPage(PageRequest request);

    /** Writes findings, replacing earlier equal ones, and sends commands to repair them. */
    void recordFindings(Findings request);

    /**
     * @param settleAfter registrations that ended later than this before {@code at} are left out: their effects may not
     *     be visible yet
     * @param reached the last registration compared; absent if it is in the table
     * @param compared how many were compared since the last page was requested
     */
    record PageRequest(
            UUID runId, Duration settleAfter, @Nullable Position reached, int compared, Instant at) {}

    /** @param over whether the comparison has ended */
    record Page(boolean over, boolean dryRun, List<Candidate> candidates) {}

    /**
     * @param providers the providers that act for it: only these are queried
     */
    record Candidate(
            RegistrationId id,
            String userId,
            Money price,
            RegistrationStatus status,
            Instant createdAt,
            ProviderNames providers) {

        @SuppressWarnings("NullAway") // absent from pages read by an earlier version
        public Candidate {
            providers = providers == null ? ProviderNames.UNKNOWN : providers;
        }

        Position position() {
            return new Position(createdAt, id);
        }
    }

    /**
     * @param repair whether the registrations are commanded to repair the mismatches
     */
    record Findings(UUID runId, List<Finding> findings, boolean repair, Instant at) {}
}
