package dev.registrar.crypto;

import dev.registrar.model.Secret;
import dev.registrar.model.UnreadableFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys by id. The active key seals; all of them open. Printed without the keys. Immutable.
 *
 * @param active the id of the key that seals from now on
 */
public record KeyRing(Map<String, SecretKey> keys, String active) {

    /** @throws IllegalStateException if the active key is not among the keys */
    public KeyRing {
        keys = Map.copyOf(keys);
        if (!keys.containsKey(active)) {
            throw new IllegalStateException("encryption.active: there is no key `" + active + "` in encryption.keys");
        }
    }

    /** A ring of one random key, for what need not outlive the process. */
    public static KeyRing ephemeral(SecureRandom random) {
        byte[] key = new byte[EncryptionKey.BYTES];
        random.nextBytes(key);
        return new KeyRing(Map.of("ephemeral", new SecretKeySpec(key, "AES")), "ephemeral");
    }

    Set<String> ids() {
        return keys.keySet();
    }

    SecretKey activeKey() {
        return key(active);
    }

    /** @throws IllegalStateException if there is no such key */
    SecretKey key(String id) {
        SecretKey key = keys.get(id);
        if (key == null) {
            throw new IllegalStateException(
                    "data was sealed with the encryption key `" + id + "`, which encryption.keys does not have");
        }
        return key;
    }

    @Override
    public String toString() {
        return "KeyRing[" + ids() + ", active=" + active + "]";
    }

    /**
     * A ring of one key that the service generated, for the embedded database. The key's id derives from the key, so that a
     * new key is not mistaken for the lost one that sealed the data.
     */
    public static final class GeneratedKeyFile {

        private static final int ID_BYTES = 4;
        private static final Set<OpenOption> NEW = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

        private GeneratedKeyFile() {}

        /**
         * Reads the file, if there is one.
         *
         * @throws IllegalStateException with one sentence
         */
        public static void check(Path file) {
            if (Files.exists(file)) {
                read(file);
            }
        }

        /**
         * Reads the file; if there is none, creates one that only its owner can read.
         *
         * @throws IllegalStateException with one sentence
         */
        public static KeyRing open(Path file, SecureRandom random) {
            try {
                if (Files.notExists(file)) {
                    make(file, random);
                }
            } catch (IOException e) {
                throw new IllegalStateException("the encryption key " + file + " cannot be made", e);
            }
            return read(file);
        }

        private static KeyRing read(Path file) {
            try {
                SecretKey key = EncryptionKey.decode(
                        "the encryption key in the file " + file, new Secret(Files.readString(file)));
                String id = id(key);
                return new KeyRing(Map.of(id, key), id);
            } catch (IOException e) {
                throw new IllegalStateException(UnreadableFile.reason(file, e), e);
            }
        }

        private static void make(Path file, SecureRandom random) throws IOException {
            byte[] key = new byte[EncryptionKey.BYTES];
            random.nextBytes(key);
            Path directory = file.toAbsolutePath().getParent();
            if (directory != null) {
                Files.createDirectories(directory);
            }
            boolean posix = Files.getFileStore(directory == null ? Path.of("") : directory)
                    .supportsFileAttributeView("posix");
            FileAttribute<?>[] ownersOnly = posix
                    ? new FileAttribute<?>[] {
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                    }
                    : new FileAttribute<?>[0];
            // Atomic: a process that is killed midway leaves no partial key.
            Path written = file.resolveSibling(file.getFileName() + ".new");
            Files.deleteIfExists(written);
            try (var channel = Files.newByteChannel(written, NEW, ownersOnly)) {
                channel.write(java.nio.ByteBuffer.wrap(Base64.getEncoder().encode(key)));
            }
            try {
                Files.move(written, file);
            } catch (FileAlreadyExistsException e) {
                Files.delete(written);
            }
        }

        private static String id(SecretKey key) {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
                return "generated-" + HexFormat.of().formatHex(digest, 0, ID_BYTES);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
