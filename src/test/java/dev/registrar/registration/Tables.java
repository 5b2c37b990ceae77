package dev.registrar.registration;

import dev.registrar.compensation.CompensationLedger;
import dev.registrar.compensation.CompensationRecords;
import dev.registrar.compensation.JdbiCompensationRecords;
import dev.registrar.compensation.SecondPayments;
import dev.registrar.compensation.UndoFailures;
import dev.registrar.database.TestDatabase;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.JsonDataCodec;
import dev.registrar.model.RegistrationId;
import dev.registrar.store.AttendSchedule;
import dev.registrar.store.CommandInbox;
import dev.registrar.store.CompletionWatch;
import dev.registrar.store.JdbiCallGuards;
import dev.registrar.store.JdbiRegistrationRecords;
import dev.registrar.store.JsonColumns;
import dev.registrar.store.RegistrationRecords;
import dev.registrar.store.RegistrationStore;
import dev.registrar.store.RegistrationTransitions;
import dev.registrar.temporal.PayloadJson;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Jdbi;

/** The real tables behind all workflow tests of a JVM: one database, created at its first use. Thread-safe. */
final class Tables {

    private static final Duration LONGEST_CALL = Duration.ofSeconds(30);

    private final Jdbi jdbi;
    private final RegistrationTransitions transitions;
    private final CommandInbox inbox;
    private final RegistrationStore registrations;
    private final CompensationLedger ledger;
    private final UndoFailures undoFailures;
    private final RegistrationRecords records;
    private final CompensationRecords undos;
    private final Resends resends;
    private final JdbiCallGuards guards;
    private final Map<RegistrationId, Runnable> bells = new ConcurrentHashMap<>();

    private Tables(Jdbi jdbi) {
        RegistrarMeters meters = new RegistrarMeters(new SimpleMeterRegistry());
        JsonColumns json = new JsonColumns(PayloadJson.mapper());
        JsonDataCodec codec = new JsonDataCodec(PayloadJson.mapper());
        CompletionWatch watch = new CompletionWatch(jdbi);
        this.jdbi = jdbi;
        this.transitions = new RegistrationTransitions(json, schedule(), () -> 0.5, meters, watch);
        this.inbox = new CommandInbox(jdbi, codec, transitions);
        this.registrations = new RegistrationStore(jdbi, codec, json, transitions);
        this.ledger = new CompensationLedger(jdbi);
        this.undoFailures = new UndoFailures(jdbi, json);
        this.records = new JdbiRegistrationRecords(jdbi, json, transitions, inbox, watch, meters, this::ring);
        this.undos = new JdbiCompensationRecords(
                jdbi, json, transitions, inbox, registrations, SecondPayments.notAsked(registrations), meters);
        this.resends = new Resends(jdbi, json, inbox);
        this.guards = new JdbiCallGuards(jdbi, transitions, LONGEST_CALL);
    }

    static Tables shared() {
        return Holder.SHARED;
    }

    private static final class Holder {

        static final Tables SHARED = open();

        private static Tables open() {
            TestDatabase database = new TestDatabase();
            database.open();
            return new Tables(database.jdbi());
        }
    }

    private static AttendSchedule schedule() {
        return new AttendSchedule(
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                List.of(Duration.ofMinutes(10), Duration.ofHours(24)),
                List.of(Duration.ofDays(1), Duration.ofDays(7), Duration.ofDays(30)),
                new AttendSchedule.Retry(Duration.ofMinutes(5), 3, Duration.ofHours(6), Duration.ofDays(7)));
    }

    /** Runs this when another registration signals this one. */
    void onRing(RegistrationId id, Runnable bell) {
        bells.put(id, bell);
    }

    private void ring(RegistrationId id) {
        bells.getOrDefault(id, () -> {}).run();
    }

    Jdbi jdbi() {
        return jdbi;
    }

    RegistrationTransitions transitions() {
        return transitions;
    }

    CommandInbox inbox() {
        return inbox;
    }

    RegistrationStore registrations() {
        return registrations;
    }

    CompensationLedger ledger() {
        return ledger;
    }

    UndoFailures undoFailures() {
        return undoFailures;
    }

    RegistrationRecords records() {
        return records;
    }

    CompensationRecords undos() {
        return undos;
    }

    Resends resends() {
        return resends;
    }

    JdbiCallGuards guards() {
        return guards;
    }
}
