package dev.registrar.crypto;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.registrar.model.Secret;
import io.dropwizard.jackson.Discoverable;
import java.util.List;
import java.util.Optional;

/**
 * The section {@code encryption} of the configuration: {@code type: keys}, which is the default, or
 * {@code type: none}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type", defaultImpl = KeyRingFactory.class)
public sealed interface EncryptionFactory extends Discoverable
        permits KeyRingFactory, EncryptionFactory.NoEncryptionFactory {

    /**
     * Reads the keys; empty if nothing is encrypted.
     *
     * @throws IllegalStateException with one sentence, if a key is missing or malformed
     */
    Optional<KeyRing> open();

    /** The keys as written in the configuration or in their files. */
    List<Secret> secrets();

    /**
     * {@code type: none}: personal data is stored unencrypted. For development and measurements; a service that can be
     * reached from other machines refuses to start with it.
     */
    @JsonTypeName("none")
    public record NoEncryptionFactory() implements EncryptionFactory {

        @Override
        public Optional<KeyRing> open() {
            return Optional.empty();
        }

        @Override
        public List<Secret> secrets() {
            return List.of();
        }
    }
}
