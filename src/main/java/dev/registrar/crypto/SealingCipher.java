package dev.registrar.crypto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-256-GCM with a random nonce of 96 bits and a tag of 128. The sealed form is the nonce, then ciphertext and tag. The
 * key's id and the place are authenticated with it: bytes sealed for one place do not open at another. Thread-safe.
 *
 * <p>One key should not seal more than 2<sup>32</sup> times (NIST SP 800-38D, random nonces).
 */
public final class SealingCipher {

    private static final String TRANSFORMATION = "AES/GCM/NoPadding";
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    /** One for each thread, because to look one up takes longer than to seal a registration's data. */
    private static final ThreadLocal<Cipher> CIPHERS = ThreadLocal.withInitial(SealingCipher::newCipher);

    private final KeyRing ring;
    private final SecureRandom random;

    public SealingCipher(KeyRing ring, SecureRandom random) {
        this.ring = ring;
        this.random = random;
    }

    /** The id of the key that {@link #seal} uses. */
    public String activeKey() {
        return ring.active();
    }

    KeyRing ring() {
        return ring;
    }

    /** Seals with the active key, for this place. */
    public byte[] seal(byte[] plain, String place) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, ring.activeKey(), nonce, 0);
            cipher.updateAAD(authenticated(ring.active(), place));
            byte[] sealed = new byte[NONCE + cipher.getOutputSize(plain.length)];
            System.arraycopy(nonce, 0, sealed, 0, NONCE);
            cipher.doFinal(plain, 0, plain.length, sealed, NONCE);
            return sealed;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JVM does not encrypt", e);
        }
    }

    /** @throws IllegalStateException if the key is not in the ring, or did not seal this for this place */
    public byte[] open(String keyId, byte[] sealed, String place) {
        SecretKey key = ring.key(keyId);
        if (sealed.length < NONCE + TAG_BITS / Byte.SIZE) {
            throw new IllegalStateException("data sealed with the encryption key `" + keyId + "` is cut off");
        }
        try {
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, sealed, 0);
            cipher.updateAAD(authenticated(keyId, place));
            return cipher.doFinal(sealed, NONCE, sealed.length - NONCE);
        } catch (AEADBadTagException e) {
            throw new IllegalStateException("data was not sealed here with the encryption key `" + keyId + "`", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JVM does not decrypt", e);
        }
    }

    private static Cipher cipher(int mode, SecretKey key, byte[] nonce, int at) throws GeneralSecurityException {
        Cipher cipher = CIPHERS.get();
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce, at, NONCE));
        return cipher;
    }

    private static Cipher newCipher() {
        try {
            return Cipher.getInstance(TRANSFORMATION);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JVM does not encrypt", e);
        }
    }

    private static byte[] authenticated(String keyId, String place) {
        return (keyId + '\n' + place).getBytes(StandardCharsets.UTF_8);
    }
}
