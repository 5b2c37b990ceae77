package dev.registrar.crypto;

import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.registrar.model.Secret;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.SecretKey;

/**
 * {@code type: keys}: a configured ring of keys, the same in all instances. Add a new key to the ring of every instance first and
 * activate it afterwards; data sealed by older keys stays readable as long as they are in the ring.
 *
 * @param keys at least one
 * @param active the id of the one that seals
 */
@JsonTypeName("keys")
public record KeyRingFactory(
        @NotEmpty @Valid List<EncryptionKey> keys, @NotBlank String active) implements EncryptionFactory {

    public KeyRingFactory {
        keys = keys == null ? List.of() : List.copyOf(keys);
    }

    @Override
    public Optional<KeyRing> open() {
        Map<String, SecretKey> byId = new LinkedHashMap<>();
        for (EncryptionKey key : keys) {
            if (byId.put(key.id(), key.open()) != null) {
                throw new IllegalStateException("encryption.keys: the id `" + key.id() + "` is there twice");
            }
        }
        return Optional.of(new KeyRing(byId, active));
    }

    @Override
    public List<Secret> secrets() {
        return keys.stream().map(EncryptionKey::read).toList();
    }
}
