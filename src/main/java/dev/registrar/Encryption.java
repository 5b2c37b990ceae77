package dev.registrar;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.registrar.crypto.EncryptedDataCodec;
import dev.registrar.crypto.EncryptionFactory;
import dev.registrar.crypto.KeyProofs;
import dev.registrar.crypto.KeyRing;
import dev.registrar.crypto.KeyRing.GeneratedKeyFile;
import dev.registrar.crypto.SealedTokens;
import dev.registrar.crypto.SealingCipher;
import dev.registrar.database.EmbeddedDatabaseFactory;
import dev.registrar.model.DataCodec;
import dev.registrar.model.JsonDataCodec;
import dev.registrar.temporal.CompressedPayloadCodec;
import dev.registrar.temporal.EmbeddedTemporalFactory;
import dev.registrar.temporal.EncryptedPayloadCodec;
import io.temporal.payload.codec.PayloadCodec;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How personal data is stored, in tables and in Temporal: by the section {@code encryption}, or in embedded mode,
 * without the section, with a key that the service generates.
 *
 * @param cipher empty if nothing is encrypted
 */
record Encryption(Optional<SealingCipher> cipher) {

    private static final Logger LOG = LoggerFactory.getLogger(Encryption.class);

    /** Beside the directory of the embedded database. */
    private static final Path GENERATED = Path.of("keys", "encryption.key");

    /**
     * Reads the keys, and in embedded mode generates the first.
     *
     * @throws IllegalStateException with one sentence
     */
    static Encryption of(RegistrarConfiguration configuration) {
        SecureRandom random = new SecureRandom();
        Optional<KeyRing> ring = configuration
                .getEncryption()
                .map(EncryptionFactory::open)
                .orElseGet(() -> Optional.of(GeneratedKeyFile.open(generatedFile(configuration), random)));
        return new Encryption(ring.map(keys -> new SealingCipher(keys, random)));
    }

    /**
     * Reads the keys that are there, and makes none.
     *
     * @throws IllegalStateException {@code option: reason}
     */
    static void check(RegistrarConfiguration configuration) {
        Optional<EncryptionFactory> section = configuration.getEncryption();
        if (section.isEmpty()) {
            GeneratedKeyFile.check(generatedFile(configuration));
        } else if (section.get().open().isEmpty()
                && !Connectors.of(configuration.getServerFactory()).loopbackOnly()) {
            throw new IllegalStateException(
                    "encryption.type: none is for development: it needs every connector bound to 127.0.0.1");
        }
    }

    private static Path generatedFile(RegistrarConfiguration configuration) {
        if (configuration.getDatabase() instanceof EmbeddedDatabaseFactory database
                && configuration.getTemporal() instanceof EmbeddedTemporalFactory) {
            return database.dataDirectory().resolveSibling(GENERATED);
        }
        throw new IllegalStateException(
                "encryption: is missing: with a database or a Temporal outside the service its keys have to be named");
    }

    /** Checks, before anything is accepted, that the stored data can be decrypted. */
    void check(Jdbi jdbi, Clock clock) {
        if (cipher.isEmpty()) {
            LOG.warn(
                    "ENCRYPTION IS OFF (encryption.type: none): personal data is not encrypted. Only for development.");
        }
        new KeyProofs(jdbi).check(cipher, clock.instant());
    }

    DataCodec dataCodec(ObjectMapper mapper) {
        return cipher.<DataCodec>map(sealing -> new EncryptedDataCodec(mapper, sealing))
                .orElseGet(() -> new JsonDataCodec(mapper));
    }

    /** Seals with the same keys as data; if nothing is encrypted, with a key that ends with the process. */
    SealedTokens tokens() {
        SecureRandom random = new SecureRandom();
        return new SealedTokens(cipher.orElseGet(() -> new SealingCipher(KeyRing.ephemeral(random), random)));
    }

    /** Compression comes first when a payload is written. Without encryption payloads stay readable. */
    List<PayloadCodec> payloadCodecs() {
        return cipher.map(
                        found -> List.<PayloadCodec>of(new EncryptedPayloadCodec(found), new CompressedPayloadCodec()))
                .orElse(List.of());
    }
}
