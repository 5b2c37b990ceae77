package dev.registrar.registration;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.registrar.call.LogContext;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.RegistrationId;
import dev.registrar.registration.Acceptance.Accepted;
import dev.registrar.registration.Acceptance.AlreadyRegistered;
import dev.registrar.registration.Acceptance.BacklogFull;
import dev.registrar.registration.Acceptance.KeyReused;
import dev.registrar.store.NewRegistration;
import dev.registrar.store.Registration;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.RegistrationStore;
import dev.registrar.store.RequestData;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts registrations. The row is authoritative: once it is written the registration is never lost, even if its
 * workflow could not be started; its start is not awaited. Thread-safe.
 */
public final class RegistrationService {

    private static final Logger LOG = LoggerFactory.getLogger(RegistrationService.class);

    /** A conflicting row can end between the insert and the query for it; then the insert is retried. */
    private static final int TRIES = 3;

    private final RegistrationStore store;
    private final RegistrationInputFactory inputs;
    private final TemporalRuns runs;
    private final BacklogLimit backlog;
    private final BodyHash bodyHash;
    private final RegistrarMeters meters;
    private final Clock clock;

    public RegistrationService(
            RegistrationStore store,
            RegistrationInputFactory inputs,
            TemporalRuns runs,
            BacklogLimit backlog,
            ObjectMapper mapper,
            RegistrarMeters meters,
            Clock clock) {
        this.store = store;
        this.inputs = inputs;
        this.runs = runs;
        this.backlog = backlog;
        this.bodyHash = new BodyHash(mapper);
        this.meters = meters;
        this.clock = clock;
    }

    /**
     * Accepts under this id, or finds the registration created by an identical earlier request; that also while further
     * registrations are refused.
     *
     * @param id a new one
     * @param idempotencyKey the caller's key; absent if none was sent
     * @throws JdbiException if the database is unavailable: the outcome is unknown, and the request safe to send again
     */
    public Acceptance accept(RegistrationId id, String caller, @Nullable String idempotencyKey, RequestData request) {
        String hash = bodyHash.of(request);
        for (int i = 0; i < TRIES; i++) {
            Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
            NewRegistration fresh =
                    new NewRegistration(id, caller, idempotencyKey, hash, request, now, inputs.providers());
            if (backlog.isFull()) {
                return counted(earlier(fresh).orElseGet(BacklogFull::new));
            }
            Optional<List<RegistrationId>> accepted = store.accept(fresh);
            if (accepted.isPresent()) {
                backlog.accepted();
                meters.accepted();
                return new Accepted(start(fresh, accepted.get()), false);
            }
            Optional<Acceptance> earlier = earlier(fresh);
            if (earlier.isPresent()) {
                return counted(earlier.get());
            }
        }
        return counted(new AlreadyRegistered());
    }

    private Acceptance counted(Acceptance acceptance) {
        if (acceptance instanceof KeyReused) {
            meters.conflict("idempotency_key_reused");
        } else if (acceptance instanceof AlreadyRegistered) {
            meters.conflict("user_already_registered");
        } else if (acceptance instanceof Accepted) {
            meters.replayed();
        }
        return acceptance;
    }

    private Optional<Acceptance> earlier(NewRegistration fresh) {
        String key = fresh.idempotencyKey();
        if (key != null) {
            Optional<Registration> ofKey = store.findByKey(fresh.caller(), key);
            if (ofKey.isPresent()) {
                return ofKey.map(
                        row -> row.bodyHash().equals(fresh.bodyHash()) ? new Accepted(row, true) : new KeyReused());
            }
        }
        return store.findLive(fresh.request().userProfile().userId()).map(row -> {
            boolean same = row.caller().equals(fresh.caller()) && row.bodyHash().equals(fresh.bodyHash());
            return same ? new Accepted(row, true) : new AlreadyRegistered();
        });
    }

    private Registration start(NewRegistration fresh, List<RegistrationId> earlier) {
        return LogContext.about(fresh.id().toString(), () -> started(fresh, earlier));
    }

    private Registration started(NewRegistration fresh, List<RegistrationId> earlier) {
        boolean started = runs.startFirst(
                inputs.first(fresh.id(), fresh.request(), fresh.createdAt(), earlier), () -> notStarted(fresh.id()));
        return new Registration(
                fresh.id(),
                fresh.caller(),
                fresh.idempotencyKey(),
                fresh.bodyHash(),
                fresh.request().userProfile().userId(),
                fresh.request().payment().amount(),
                started ? RegistrationStatus.RUNNING : RegistrationStatus.ACCEPTED,
                List.of(),
                null,
                List.of(),
                null,
                null,
                null,
                1,
                0,
                null,
                fresh.createdAt(),
                fresh.createdAt(),
                null);
    }

    private void notStarted(RegistrationId id) {
        try {
            store.notStarted(id, clock.instant());
        } catch (JdbiException e) {
            LOG.warn("registration {} accepted and not started; its row says RUNNING", id);
        }
    }
}
