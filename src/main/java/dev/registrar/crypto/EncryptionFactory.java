package dev.registrar.crypto;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.registrar.model.Secret;
import io.dropwizard.jackson.Discoverable;
import java.util.List;
import java.util.Optional;

/**
 * The section {@code encryption} of the configuration: {@code type: keys}, which is also meant where no type is named, or
 * {@code type: none}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type", defaultImpl = KeyRingFactory.class)
public sealed interface EncryptionFactory extends Discoverable permits KeyRingFactory, NoEncryptionFactory {

    /**
     * Reads the keys; empty where nothing is encrypted.
     *
     * @throws IllegalStateException with one sentence, where a key is missing or is none
     */
    Optional<KeyRing> open();

    /** The keys as they stand in the configuration or in their files. */
    List<Secret> secrets();
}
