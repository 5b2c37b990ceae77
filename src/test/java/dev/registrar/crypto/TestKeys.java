package dev.registrar.crypto;

import dev.registrar.model.Secret;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.SecretKey;

public final class TestKeys {

    public static final String FIRST = "Zmlyc3QtdGVzdC1rZXktb2YtcmVnaXN0cmFyLTAwMDE=";
    public static final String SECOND = "c2Vjb25kLXRlc3Qta2V5LW9mLXJlZ2lzdHJhci0wMDI=";

    /** The section {@code encryption} with the first key. */
    public static final String SECTION =
            "\nencryption:\n  keys: [{id: first, value: \"" + FIRST + "\"}]\n  active: first\n";

    private TestKeys() {}

    /** A cipher with these keys, of which the first is active; {@code first} and {@code second} exist. */
    public static SealingCipher cipher(String... ids) {
        Map<String, SecretKey> keys = new LinkedHashMap<>();
        for (String id : ids) {
            keys.put(id, EncryptionKey.decode(id, new Secret(id.equals("first") ? FIRST : SECOND)));
        }
        return new SealingCipher(new KeyRing(keys, ids[0]), new SecureRandom());
    }
}
