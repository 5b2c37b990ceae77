package dev.registrar.crypto;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * Short sealed texts for others to keep and hand back: the length of the key's id in one byte, the id, then the sealed bytes, in
 * base64url. Unlike stored data, nothing unsealed is ever read. Thread-safe.
 */
public final class SealedTokens {

    private final SealingCipher cipher;

    public SealedTokens(SealingCipher cipher) {
        this.cipher = cipher;
    }

    /** @param place what the token is for; it opens for nothing else */
    public String seal(byte[] text, String place) {
        byte[] keyId = cipher.activeKey().getBytes(StandardCharsets.US_ASCII);
        byte[] sealed = cipher.seal(text, place);
        byte[] token = ByteBuffer.allocate(1 + keyId.length + sealed.length)
                .put((byte) keyId.length)
                .put(keyId)
                .put(sealed)
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    /** Empty if it is malformed, or was not sealed for this place by a key of the ring. */
    public Optional<byte[]> open(String token, String place) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        int idLength = bytes.length == 0 ? 0 : Byte.toUnsignedInt(bytes[0]);
        if (bytes.length < 1 + idLength) {
            return Optional.empty();
        }
        ByteBuffer parts = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
        byte[] keyId = new byte[idLength];
        parts.get(keyId);
        byte[] sealed = new byte[parts.remaining()];
        parts.get(sealed);
        try {
            return Optional.of(cipher.open(new String(keyId, StandardCharsets.US_ASCII), sealed, place));
        } catch (IllegalStateException e) {
            return Optional.empty();
        }
    }
}
