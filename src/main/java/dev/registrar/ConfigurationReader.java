package dev.registrar;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.configuration.ConfigurationSourceProvider;
import io.dropwizard.configuration.ConfigurationValidationException;
import io.dropwizard.configuration.YamlConfigurationFactory;
import jakarta.validation.Validator;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Reads the configuration for all commands, so that each refuses the same files in the same words: with the file's name, the
 * line, the option and what is allowed, without its value and without names of classes.
 */
final class ConfigurationReader extends YamlConfigurationFactory<RegistrarConfiguration> {

    ConfigurationReader(Validator validator, ObjectMapper mapper, String propertyPrefix) {
        super(
                RegistrarConfiguration.class,
                validator,
                mapper.copy()
                        .enable(
                                DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                                DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT),
                propertyPrefix);
    }

    /** @throws ConfigurationRefusedException with one line for each option that is wrong */
    @Override
    public RegistrarConfiguration build(ConfigurationSourceProvider provider, String path)
            throws IOException, ConfigurationException {
        ConfigurationText text = ConfigurationText.of(path, read(provider, path), System::getenv);
        try {
            byte[] read = text.text().getBytes(StandardCharsets.UTF_8);
            RegistrarConfiguration configuration = super.build(same -> new ByteArrayInputStream(read), path);
            configuration.readFrom(text);
            return configuration;
        } catch (ConfigurationValidationException e) {
            throw text.refusal(e.getConstraintViolations().stream()
                    .map(ConfigurationErrors::problem)
                    .toList());
        } catch (ConfigurationException e) {
            throw text.refusal(List.of(
                    e.getCause() instanceof JsonMappingException cause
                            ? new ConfigurationErrors(mapper).problem(cause)
                            : unreadable()));
        } catch (JsonProcessingException e) {
            throw text.refusal(List.of(unreadable()));
        }
    }

    private static String read(ConfigurationSourceProvider provider, String path) throws IOException {
        try (InputStream input = provider.open(path)) {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(input.readAllBytes()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ConfigurationRefusedException(List.of(path + ": is not UTF-8: save it in that encoding"));
        }
    }

    /** Without a file. */
    @Override
    public RegistrarConfiguration build() {
        throw new ConfigurationRefusedException(
                List.of("The command needs a configuration file, for example config.yml."));
    }

    private static ConfigurationProblem unreadable() {
        return new ConfigurationProblem(
                "", "is not YAML: look at the indentation, and put values with special characters in quotes");
    }
}
