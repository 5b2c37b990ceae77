package dev.registrar.crypto;

import java.util.Map;
import java.util.Set;
import javax.crypto.SecretKey;

/**
 * The keys by id. The active key seals; all of them open. Printed without the keys. Immutable.
 *
 * @param active the id of the key that seals from now on
 */
public record KeyRing(Map<String, SecretKey> keys, String active) {

    /** @throws IllegalStateException the active key is not among the keys */
    public KeyRing {
        keys = Map.copyOf(keys);
        if (!keys.containsKey(active)) {
            throw new IllegalStateException(
                    "encryption.active names the key `" + active + "`, which encryption.keys does not have");
        }
    }

    Set<String> ids() {
        return keys.keySet();
    }

    SecretKey activeKey() {
        return key(active);
    }

    /** @throws IllegalStateException there is no such key */
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
}
