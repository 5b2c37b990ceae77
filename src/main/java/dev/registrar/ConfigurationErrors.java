package dev.registrar;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.introspect.AnnotatedClassResolver;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import dev.registrar.model.Release;
import io.dropwizard.util.DataSize;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import io.dropwizard.validation.ValidationMethod;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.io.File;
import java.lang.annotation.Annotation;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.jspecify.annotations.Nullable;

/** Translates the errors of Jackson and the validator for the author of a configuration. Quotes no value. Thread-safe. */
final class ConfigurationErrors {

    private static final Pattern ENUM_VALUES = Pattern.compile("was not one of \\[([^\\]]*)]");
    private static final Pattern CONTAINER = Pattern.compile("\\.?<[a-z]+ (?:element|value)>");
    private static final Pattern KEY = Pattern.compile("\\[([A-Za-z][A-Za-z0-9]*)]");

    /** A name of which at most one letter in so many is wrong is a misspelling. */
    private static final int LETTERS_PER_SLIP = 3;

    private final ObjectMapper mapper;

    /** @param mapper that read the configuration */
    ConfigurationErrors(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /** What could not be read. */
    ConfigurationProblem problem(JsonMappingException e) {
        String option = path(e);
        if (e instanceof UnrecognizedPropertyException unknown) {
            return new ConfigurationProblem(option, unknown(unknown));
        }
        if (e instanceof InvalidTypeIdException type) {
            boolean missing = type.getTypeId() == null;
            return new ConfigurationProblem(
                    option.isEmpty() ? "type" : option + ".type",
                    (missing ? "is missing: " : "is ") + "one of " + types(type.getBaseType()));
        }
        Optional<String> types = typesOfProvider(e);
        if (types.isPresent()) {
            return new ConfigurationProblem(option, "is one of " + types.get());
        }
        Matcher values = ENUM_VALUES.matcher(String.valueOf(e.getOriginalMessage()));
        if (values.find()) {
            return new ConfigurationProblem(
                    option,
                    "is one of " + values.group(1).toLowerCase(Locale.ROOT).replace('_', '-'));
        }
        Optional<String> ours = ownWords(e);
        return ours.isPresent()
                ? ConfigurationProblem.in(option, ours.get())
                : new ConfigurationProblem(option, wanted(target(e)));
    }

    /** What was read and is not allowed. */
    static ConfigurationProblem problem(ConstraintViolation<?> violation) {
        Annotation constraint = violation.getConstraintDescriptor().getAnnotation();
        String path = CONTAINER.matcher(violation.getPropertyPath().toString()).replaceAll("");
        path = KEY.matcher(path).replaceAll(".$1");
        if (constraint instanceof ValidationMethod) {
            // The last part is the name of the method.
            path = path.contains(".") ? path.substring(0, path.lastIndexOf('.')) : "";
        }
        return ConfigurationProblem.in(path, reason(constraint, violation));
    }

    private static String reason(Annotation constraint, ConstraintViolation<?> violation) {
        boolean absent = violation.getInvalidValue() == null;
        if (constraint instanceof NotNull || constraint instanceof NotBlank || constraint instanceof NotEmpty) {
            return absent ? "is missing" : "is empty";
        }
        if (constraint instanceof MinDuration min) {
            return "must be at least " + min.value() + " " + symbol(min.unit());
        }
        if (constraint instanceof MaxDuration max) {
            return "must be at most " + max.value() + " " + symbol(max.unit());
        }
        if (constraint instanceof Min min) {
            return "must be at least " + min.value();
        }
        if (constraint instanceof Max max) {
            return "must be at most " + max.value();
        }
        if (constraint instanceof DecimalMin min) {
            return "must be at least " + min.value();
        }
        if (constraint instanceof DecimalMax max) {
            return "must be at most " + max.value();
        }
        if (constraint instanceof Positive) {
            return "must be more than 0";
        }
        if (constraint instanceof Size size) {
            return "must have " + size.min() + " to " + size.max() + " entries";
        }
        return violation.getMessage();
    }

    private static String symbol(TimeUnit unit) {
        return switch (unit) {
            case NANOSECONDS -> "ns";
            case MICROSECONDS -> "us";
            case MILLISECONDS -> "ms";
            case SECONDS -> "s";
            case MINUTES -> "min";
            case HOURS -> "h";
            case DAYS -> "d";
        };
    }

    private static String path(JsonMappingException e) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference reference : e.getPath()) {
            if (reference.getFieldName() != null) {
                path.append(path.isEmpty() ? "" : ".").append(reference.getFieldName());
            } else {
                path.append('[').append(reference.getIndex()).append(']');
            }
        }
        return path.toString();
    }

    private static String unknown(UnrecognizedPropertyException e) {
        String name = e.getPropertyName().toLowerCase(Locale.ROOT);
        LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
        List<String> known =
                e.getKnownPropertyIds().stream().map(Object::toString).sorted().toList();
        return known.stream()
                .min(Comparator.comparingInt(other -> distance.apply(name, other.toLowerCase(Locale.ROOT))))
                .filter(other ->
                        distance.apply(name, other.toLowerCase(Locale.ROOT)) <= name.length() / LETTERS_PER_SLIP)
                .map(other -> "is no option; did you mean " + other + "?")
                .orElseGet(() -> "is no option; there are " + String.join(", ", known));
    }

    private String types(JavaType base) {
        return types(base.getRawClass());
    }

    private String types(Class<?> base) {
        var config = mapper.getDeserializationConfig();
        return mapper
                .getSubtypeResolver()
                .collectAndResolveSubtypesByTypeId(
                        config, AnnotatedClassResolver.resolveWithoutSuperTypes(config, base))
                .stream()
                .filter(NamedType::hasName)
                .map(NamedType::getName)
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
    }

    /** A provider's section without a type has one by default, which refuses the name of any other. */
    private Optional<String> typesOfProvider(JsonMappingException e) {
        List<JsonMappingException.Reference> path = e.getPath();
        if (path.isEmpty() || !"type".equals(path.get(path.size() - 1).getFieldName())) {
            return Optional.empty();
        }
        Object from = path.get(path.size() - 1).getFrom();
        Class<?> section = from instanceof Class<?> named ? named : from.getClass();
        return Arrays.stream(section.getInterfaces())
                .filter(base -> base.isAnnotationPresent(JsonTypeInfo.class))
                .findFirst()
                .map(this::types);
    }

    /** How a section of ours describes itself. */
    private static Optional<String> ownWords(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            StackTraceElement[] trace = cause.getStackTrace();
            if ((cause instanceof IllegalArgumentException || cause instanceof IllegalStateException)
                    && trace.length > 0
                    && trace[0].getClassName().startsWith("dev.registrar.")) {
                return Optional.ofNullable(cause.getMessage());
            }
        }
        return Optional.empty();
    }

    private static @Nullable Class<?> target(JsonMappingException e) {
        if (e instanceof ValueInstantiationException instantiation) {
            return instantiation.getType().getRawClass();
        }
        return e instanceof MismatchedInputException mismatch ? mismatch.getTargetType() : null;
    }

    private static String wanted(@Nullable Class<?> type) {
        if (type == null) {
            return "cannot be used as it is";
        }
        if (type == Duration.class) {
            return "is a duration with a unit, for example 60 s";
        }
        if (type == DataSize.class) {
            return "is a size with a unit, for example 64KiB";
        }
        if (type == Boolean.class || type == boolean.class) {
            return "is true or false";
        }
        if (type == Double.class || type == double.class || type == java.math.BigDecimal.class) {
            return "is a number";
        }
        if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
            return "is a whole number";
        }
        if (type.isEnum()) {
            return "is one of "
                    + Arrays.stream(type.getFields())
                            .filter(java.lang.reflect.Field::isEnumConstant)
                            .map(ConfigurationErrors::written)
                            .collect(Collectors.joining(", "));
        }
        if (type == URI.class) {
            return "is a URL, for example https://gateway.example.com/v1";
        }
        if (type == Release.class) {
            return "is a release with three numbers";
        }
        if (type == Instant.class) {
            return "is a time, for example 2027-01-31T00:00:00Z";
        }
        if (type == Path.class || type == File.class) {
            return "is the name of a file or directory";
        }
        if (CharSequence.class.isAssignableFrom(type) || type == dev.registrar.model.Secret.class) {
            return "is a text";
        }
        return Collection.class.isAssignableFrom(type) || type.isArray()
                ? "is a list"
                : "is a section with options of its own";
    }

    private static String written(java.lang.reflect.Field constant) {
        JsonProperty named = constant.getAnnotation(JsonProperty.class);
        return named == null ? constant.getName().toLowerCase(Locale.ROOT).replace('_', '-') : named.value();
    }
}
