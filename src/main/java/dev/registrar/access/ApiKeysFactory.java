package dev.registrar.access;

import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.registrar.access.ApiKeyAuthentication.FailureThrottle;
import dev.registrar.access.AuthenticationFactory.Authentication;
import dev.registrar.access.Caller.Role;
import dev.registrar.model.UnreadableFile;
import io.dropwizard.jackson.Jackson;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code auth: {type: api-keys}}. Keys are read once, at start: added or removed keys take effect at the next
 * start.
 *
 * @param keys the keys; those of {@code file} are added
 * @param file a YAML file with a list of such keys, for example a mounted secret
 * @param failuresPerMinute wrong keys from one address within a minute before further ones get 429; default 10
 */
@JsonTypeName("api-keys")
public record ApiKeysFactory(
        List<ApiKey> keys,
        @Nullable Path file,
        @Min(1) @Max(1_000_000) Integer failuresPerMinute) implements AuthenticationFactory {

    private static final int DEFAULT_FAILURES = 10;

    /** @throws IllegalArgumentException if the keys are invalid; one sentence */
    @SuppressWarnings("ConstantValue") // omitted options are null
    public ApiKeysFactory {
        List<ApiKey> all = new ArrayList<>(keys == null ? List.of() : keys);
        if (file != null) {
            all.addAll(read(file));
        }
        check(all);
        keys = List.copyOf(all);
        failuresPerMinute = failuresPerMinute == null ? DEFAULT_FAILURES : failuresPerMinute;
    }

    private static List<ApiKey> read(Path file) {
        ObjectMapper yaml = Jackson.newObjectMapper(new YAMLFactory())
                .enable(
                        DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                        DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS,
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
        try {
            List<ApiKey> read = yaml.readValue(file.toFile(), new TypeReference<List<ApiKey>>() {});
            return read == null ? List.of() : read;
        } catch (com.fasterxml.jackson.databind.exc.ValueInstantiationException e) {
            throw new IllegalArgumentException("auth.file: in " + file + ", " + rootMessage(e), e);
        } catch (UnrecognizedPropertyException e) {
            throw new IllegalArgumentException(
                    "auth.file: in " + file + ", key " + (e.getPath().get(0).getIndex() + 1)
                            + " has an unknown option; known are "
                            + e.getKnownPropertyIds().stream()
                                    .map(String::valueOf)
                                    .sorted()
                                    .collect(Collectors.joining(", ")),
                    e);
        } catch (JsonProcessingException e) {
            // Its message quotes the file.
            throw new IllegalArgumentException(
                    "auth.file: the file " + file + " is not a list of keys as the command api-key prints them", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("auth.file: " + UnreadableFile.reason(file, e), e);
        }
    }

    private static String rootMessage(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }

    private static void check(List<ApiKey> keys) {
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("auth.keys: at least one key is needed; the command api-key makes one");
        }
        Map<String, Role> roles = new HashMap<>();
        Set<String> hashes = new HashSet<>();
        for (ApiKey key : keys) {
            Role other = roles.putIfAbsent(key.id(), key.role());
            if (other != null && other != key.role()) {
                throw new IllegalArgumentException("auth.keys: " + key.id() + " has two roles");
            }
            if (!hashes.add(key.hash().toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("auth.keys: the hash of " + key.id() + " is listed twice");
            }
        }
    }

    @Override
    public Optional<String> refusalBeyondLoopback(String where) {
        return keys.stream()
                .filter(ApiKey::isSample)
                .findFirst()
                .map(key -> "the hash of " + key.id() + " is the sample of the documentation, a secret that everybody"
                        + " knows, and " + where + " is reachable from outside: create one with api-key");
    }

    @Override
    public Authentication build(Clock clock) {
        return new ApiKeyAuthentication(keys, new FailureThrottle(failuresPerMinute, clock), clock);
    }

    @Override
    public boolean namesCallers() {
        return true;
    }
}
