package dev.registrar;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.registrar.account.AccountStore;
import dev.registrar.compensation.CompensationLedger;
import dev.registrar.compensation.UndoFailures;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.DataCodec;
import dev.registrar.notification.template.TemplateStore;
import dev.registrar.reconcile.ReconcileStore;
import dev.registrar.registration.RegistrationConfiguration;
import dev.registrar.registration.Resends;
import dev.registrar.store.BatchItems;
import dev.registrar.store.Batches;
import dev.registrar.store.CommandInbox;
import dev.registrar.store.CompletionWatch;
import dev.registrar.store.DueRegistrations;
import dev.registrar.store.JsonColumns;
import dev.registrar.store.RegistrationStore;
import dev.registrar.store.RegistrationTransitions;
import dev.registrar.temporal.PayloadJson;
import java.util.concurrent.ThreadLocalRandom;
import org.jdbi.v3.core.Jdbi;

/** The objects that read and write the database, created once. */
record Stores(
        Jdbi jdbi,
        ObjectMapper mapper,
        JsonColumns json,
        RegistrationTransitions transitions,
        RegistrationStore registrations,
        CommandInbox inbox,
        DueRegistrations due,
        Batches batches,
        BatchItems batchItems,
        AccountStore accounts,
        CompensationLedger ledger,
        UndoFailures undoFailures,
        ReconcileStore comparisons,
        Resends resends,
        TemplateStore templates,
        CompletionWatch watch) {

    static Stores over(
            Jdbi jdbi, Encryption encryption, RegistrationConfiguration registration, RegistrarMeters meters) {
        ObjectMapper mapper = PayloadJson.mapper();
        DataCodec codec = encryption.dataCodec(mapper);
        JsonColumns json = new JsonColumns(mapper);
        CompletionWatch watch = new CompletionWatch(jdbi);
        RegistrationTransitions transitions = new RegistrationTransitions(
                json,
                registration.attendSchedule(),
                () -> ThreadLocalRandom.current().nextDouble(),
                meters,
                watch);
        CommandInbox inbox = new CommandInbox(jdbi, codec, transitions);
        return new Stores(
                jdbi,
                mapper,
                json,
                transitions,
                new RegistrationStore(jdbi, codec, json, transitions),
                inbox,
                new DueRegistrations(jdbi),
                new Batches(jdbi, meters),
                new BatchItems(jdbi, inbox, transitions, meters),
                new AccountStore(jdbi, codec),
                new CompensationLedger(jdbi),
                new UndoFailures(jdbi, json),
                new ReconcileStore(jdbi),
                new Resends(jdbi, json, inbox),
                new TemplateStore(jdbi),
                watch);
    }
}
