package dev.registrar.crypto;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.config.KeyColumn;
import org.jdbi.v3.sqlobject.config.ValueColumn;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/**
 * The table {@code encryption_keys}: every key that was ever active has sealed its own id there. A start thereby detects a key
 * that is missing or has changed under the same id, before it accepts data that it could not read later. Thread-safe.
 */
public final class KeyProofs {

    private final Dao dao;

    public KeyProofs(Jdbi jdbi) {
        this.dao = jdbi.onDemand(Dao.class);
    }

    /**
     * Compares the key ring with the table and adds the active key to the table. Writes nothing if it is there: a start
     * must be possible while PostgreSQL is read-only.
     *
     * @param cipher empty if nothing is encrypted
     * @throws IllegalStateException with one sentence, if stored data could not be read
     */
    public void check(Optional<SealingCipher> cipher, Instant now) {
        Map<String, byte[]> known = dao.proofs();
        prove(cipher, known);
        cipher.filter(sealing -> !known.containsKey(sealing.activeKey())).ifPresent(sealing -> {
            add(sealing, now);
            // Another instance may have just added another key under this id.
            prove(cipher);
        });
    }

    /**
     * Compares the key ring with the table, and changes nothing.
     *
     * @throws IllegalStateException with one sentence, if stored data could not be read
     */
    public void prove(Optional<SealingCipher> cipher) {
        prove(cipher, dao.proofs());
    }

    private static void prove(Optional<SealingCipher> cipher, Map<String, byte[]> proofs) {
        proofs.forEach((id, proof) -> {
            if (cipher.filter(sealing -> sealing.ring().ids().contains(id)).isEmpty()) {
                throw new IllegalStateException("The database holds data sealed with the encryption key `" + id
                        + "`, which is not configured: put it back.");
            }
            prove(cipher.get(), id, proof);
        });
    }

    private static void prove(SealingCipher cipher, String id, byte[] proof) {
        try {
            cipher.open(id, proof, place(id));
        } catch (IllegalStateException e) {
            throw new IllegalStateException(
                    "The encryption key `" + id + "` is not the one that sealed the data in the database.", e);
        }
    }

    private void add(SealingCipher cipher, Instant now) {
        String id = cipher.activeKey();
        dao.add(id, cipher.seal(id.getBytes(StandardCharsets.US_ASCII), place(id)), now);
    }

    private static String place(String id) {
        return "encryption_keys:" + id;
    }

    interface Dao {

        @SqlQuery("SELECT id, proof FROM encryption_keys ORDER BY first_used_at")
        @KeyColumn("id")
        @ValueColumn("proof")
        Map<String, byte[]> proofs();

        @SqlUpdate(
                "INSERT INTO encryption_keys (id, proof, first_used_at) VALUES (:id, :proof, :at) ON CONFLICT DO NOTHING")
        void add(String id, byte[] proof, Instant at);
    }
}
