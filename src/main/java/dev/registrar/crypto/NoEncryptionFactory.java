package dev.registrar.crypto;

import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.registrar.model.Secret;
import java.util.List;
import java.util.Optional;

/**
 * {@code type: none}: personal data is stored in clear. For development and measurements; a service that can be reached from
 * other machines refuses to start with it.
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
