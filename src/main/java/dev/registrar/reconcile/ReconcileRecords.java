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

    /** Notes how far the comparison is and gives what comes next; ends the comparison where nothing does. */
    Page nextPage(PageRequest request);

    /** Writes what was found, the same finding again replaces the earlier one; and leaves a command to set it right. */
    void recordFindings(Findings request);

    /**
     * @param settleAfter registrations that ended later than this before {@code at} are left out: what they did may not
     *     be seen yet
     * @param reached the last registration that was compared; absent where the table knows
     * @param compared how many were, since the last page was asked for
     */
    record PageRequest(
            UUID runId, Duration settleAfter, @Nullable Position reached, int compared, Instant at) {}

    /** @param over whether the comparison has ended */
    record Page(boolean over, boolean dryRun, List<Candidate> candidates) {}

    /** @param providers which act for it: only these are asked */
    record Candidate(
            RegistrationId id,
            String userId,
            Money price,
            RegistrationStatus status,
            Instant createdAt,
            ProviderNames providers) {

        @SuppressWarnings("NullAway") // a page that an earlier version read has none
        public Candidate {
            providers = providers == null ? ProviderNames.UNKNOWN : providers;
        }

        Position position() {
            return new Position(createdAt, id);
        }
    }

    /** @param repair whether the registrations are asked to set it right */
    record Findings(UUID runId, List<Finding> findings, boolean repair, Instant at) {}
}
