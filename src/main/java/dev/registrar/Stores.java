package dev.registrar;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.registrar.account.AccountStore;
import dev.registrar.compensation.CompensationLedger;
import dev.registrar.compensation.ReplayStore;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.DataCodec;
import dev.registrar.reconcile.ReconcileStore;
import dev.registrar.store.JsonColumns;
import dev.registrar.store.RegistrationStore;
import dev.registrar.store.ResendStore;
import dev.registrar.store.SettledWatch;
import dev.registrar.temporal.PayloadJson;
import org.jdbi.v3.core.Jdbi;

/** What reads and writes the database, made once. */
record Stores(
        Jdbi jdbi,
        ObjectMapper mapper,
        DataCodec codec,
        JsonColumns json,
        RegistrationStore registrations,
        AccountStore accounts,
        CompensationLedger ledger,
        ReplayStore replays,
        ReconcileStore comparisons,
        ResendStore resends,
        SettledWatch watch) {

    static Stores over(Jdbi jdbi, Encryption encryption, RegistrarMeters meters) {
        ObjectMapper mapper = PayloadJson.mapper();
        DataCodec codec = encryption.dataCodec(mapper);
        JsonColumns json = new JsonColumns(mapper);
        RegistrationStore registrations = new RegistrationStore(jdbi, codec, json);
        return new Stores(
                jdbi,
                mapper,
                codec,
                json,
                registrations,
                new AccountStore(jdbi, codec),
                new CompensationLedger(jdbi, json, meters),
                new ReplayStore(jdbi, meters),
                new ReconcileStore(jdbi),
                new ResendStore(jdbi, codec, json),
                new SettledWatch(registrations));
    }
}
