package dev.registrar.crypto;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/**
 * The table {@code encryption_keys}: every key that ever was active has sealed its own id there. So a start notices a key
 * that is missing, or another one under the same id, before it accepts what it could not read later. Thread-safe.
 */
public final class KeyProofs {

    private final Jdbi jdbi;

    public KeyProofs(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * Compares the ring with the table and adds the active key to it.
     *
     * @param cipher absent where nothing is encrypted
     * @throws IllegalStateException with one sentence, where what is stored could not be read
     */
    public void check(Optional<SealingCipher> cipher, Instant now) {
        prove(cipher);
        cipher.ifPresent(sealing -> {
            add(sealing, now);
            // Another instance may have been faster, with another key under this id.
            prove(cipher);
        });
    }

    private void prove(Optional<SealingCipher> cipher) {
        proofs().forEach((id, proof) -> {
            if (cipher.filter(sealing -> sealing.ring().ids().contains(id)).isEmpty()) {
                throw new IllegalStateException("The database holds data sealed with the encryption key `" + id
                        + "`, which this start does not have: put it back.");
            }
            prove(cipher.get(), id, proof);
        });
    }

    private static void prove(SealingCipher cipher, String id, byte[] proof) {
        try {
            cipher.open(id, proof, place(id));
        } catch (IllegalStateException e) {
            throw new IllegalStateException(
                    "The encryption key `" + id + "` is another one than sealed the data in the database.", e);
        }
    }

    private Map<String, byte[]> proofs() {
        Map<String, byte[]> proofs = new LinkedHashMap<>();
        jdbi.useHandle(handle -> handle.createQuery("SELECT id, proof FROM encryption_keys ORDER BY first_used_at")
                .map((row, context) -> Map.entry(row.getString("id"), row.getBytes("proof")))
                .forEach(entry -> proofs.put(entry.getKey(), entry.getValue())));
        return proofs;
    }

    private void add(SealingCipher cipher, Instant now) {
        String id = cipher.activeKey();
        jdbi.useHandle(handle -> handle.createUpdate("""
                        INSERT INTO encryption_keys (id, proof, first_used_at) VALUES (:id, :proof, :at)
                        ON CONFLICT DO NOTHING
                        """)
                .bind("id", id)
                .bind("proof", cipher.seal(id.getBytes(StandardCharsets.US_ASCII), place(id)))
                .bind("at", now)
                .execute());
    }

    private static String place(String id) {
        return "encryption_keys:" + id;
    }
}
