package dev.registrar.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import org.glassfish.jersey.server.model.Resource;
import org.glassfish.jersey.server.model.ResourceMethod;
import org.jspecify.annotations.Nullable;

/**
 * Writes the OpenAPI document from the code: routes, methods and parameters from the resources as Jersey reads them,
 * response schemas from the returned records, nullability from their annotations. What the code does not contain
 * (descriptions, statuses, examples, the rules of the hand-written request reader) comes from {@code
 * openapi-notes.json}, keyed by route and name. A route, parameter or record without a note is an error, and so is a
 * note without one of them.
 */
final class OpenApiGenerator {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final List<Class<?>> RESOURCES =
            List.of(RegistrationResource.class, UserResource.class, OpenApiResource.class);

    private final ObjectNode notes;
    private final ObjectNode schemas = JSON.createObjectNode();

    private OpenApiGenerator() throws IOException {
        notes = (ObjectNode) JSON.readTree(Objects.requireNonNull(
                OpenApiGenerator.class.getResourceAsStream("/openapi-notes.json"), "openapi-notes.json"));
    }

    /** The whole document as committed. */
    static String generate() throws IOException {
        return JSON.writeValueAsString(new OpenApiGenerator().document()) + "\n";
    }

    private ObjectNode document() {
        ObjectNode document = JSON.createObjectNode();
        document.put("openapi", "3.1.0");
        document.set("info", note("info"));
        document.set("security", Objects.requireNonNull(notes.remove("security")));
        Map<String, ObjectNode> paths = new TreeMap<>();
        for (Class<?> type : RESOURCES) {
            Resource resource = Objects.requireNonNull(Resource.from(type));
            add(paths, resource.getPath(), resource);
            resource.getChildResources().forEach(child -> add(paths, resource.getPath() + child.getPath(), child));
        }
        ObjectNode all = document.putObject("paths");
        paths.forEach(all::set);
        ObjectNode components = document.putObject("components");
        schemas.setAll(note("schemas"));
        components.set("schemas", schemas);
        components.set("responses", note("responses"));
        components.set("headers", note("headers"));
        components.set("securitySchemes", note("securitySchemes"));
        if (!notes.isEmpty()) {
            throw new IllegalStateException("notes of what is not there: " + names(notes));
        }
        return document;
    }

    /** Unique as OpenAPI requires; the links in the notes use it: {@code findRegistration}. */
    private static String operationId(Method method) {
        return method.getName() + method.getDeclaringClass().getSimpleName().replaceFirst("Resource$", "");
    }

    private void add(Map<String, ObjectNode> paths, String path, Resource resource) {
        for (ResourceMethod method : resource.getResourceMethods()) {
            ObjectNode operation = paths.computeIfAbsent(path, any -> JSON.createObjectNode())
                    .putObject(method.getHttpMethod().toLowerCase(java.util.Locale.ROOT));
            ObjectNode note = note(method.getHttpMethod() + " " + path);
            ObjectNode parameters =
                    (ObjectNode) Objects.requireNonNullElseGet(note.remove("parameters"), JSON::createObjectNode);
            operation.put("operationId", operationId(method.getInvocable().getHandlingMethod()));
            operation.setAll(note);
            ArrayNode listed = JSON.createArrayNode();
            Arrays.stream(method.getInvocable().getHandlingMethod().getParameters())
                    .map(parameter -> parameter(parameter, parameters))
                    .filter(Objects::nonNull)
                    .forEach(listed::add);
            if (!listed.isEmpty()) {
                operation.set("parameters", listed);
            }
            if (!parameters.isEmpty()) {
                throw new IllegalStateException(path + " has no " + names(parameters));
            }
            Class<?> answer = answerOf(method, operation);
            if (answer != null) {
                schemaOf(answer);
            }
        }
    }

    /** The returned record; for a POST, which returns a whole response, always {@link RegistrationView}. */
    private static @Nullable Class<?> answerOf(ResourceMethod method, ObjectNode operation) {
        Class<?> type = method.getInvocable().getHandlingMethod().getReturnType();
        operation.remove("answer");
        return type.isRecord() ? type : method.getHttpMethod().equals("POST") ? RegistrationView.class : null;
    }

    private static @Nullable ObjectNode parameter(AnnotatedElement parameter, ObjectNode notes) {
        String in;
        String name;
        if (parameter.isAnnotationPresent(PathParam.class)) {
            in = "path";
            name = parameter.getAnnotation(PathParam.class).value();
        } else if (parameter.isAnnotationPresent(QueryParam.class)) {
            in = "query";
            name = parameter.getAnnotation(QueryParam.class).value();
        } else if (parameter.isAnnotationPresent(HeaderParam.class)) {
            in = "header";
            name = parameter.getAnnotation(HeaderParam.class).value();
        } else {
            return null;
        }
        ObjectNode written =
                JSON.createObjectNode().put("name", name).put("in", in).put("required", in.equals("path"));
        return written.setAll((ObjectNode) Objects.requireNonNull(notes.remove(name), "no note on " + name));
    }

    /** A reference to the record's schema, which is written at its first use. */
    private ObjectNode schemaOf(Class<?> type) {
        String name = type.getSimpleName().replaceFirst("View$", "");
        ObjectNode reference = JSON.createObjectNode().put("$ref", "#/components/schemas/" + name);
        if (schemas.has(name)) {
            return reference;
        }
        ObjectNode schema = schemas.putObject(name).put("type", "object");
        ArrayNode required = schema.putArray("required");
        ObjectNode properties = schema.putObject("properties");
        for (RecordComponent component : type.getRecordComponents()) {
            JsonInclude include = component.getAccessor().getAnnotation(JsonInclude.class);
            if (include == null) {
                required.add(component.getName());
            }
            boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
            ObjectNode value = valueOf(component.getGenericType());
            properties.set(component.getName(), nullable && include == null ? orNull(value) : value);
        }
        schema.put("additionalProperties", false);
        return reference;
    }

    private static ObjectNode orNull(ObjectNode value) {
        ObjectNode either = JSON.createObjectNode();
        either.putArray("anyOf").add(value).addObject().put("type", "null");
        return either;
    }

    private ObjectNode valueOf(Type type) {
        ObjectNode value = JSON.createObjectNode();
        if (type instanceof ParameterizedType generic) {
            if (generic.getRawType() == List.class) {
                value.put("type", "array").set("items", valueOf(generic.getActualTypeArguments()[0]));
                return value;
            }
            return value.put("$ref", "#/components/schemas/Preferences");
        }
        Class<?> plain = (Class<?>) type;
        if (plain == String.class || (plain.isRecord() && plain.getPackageName().equals("dev.registrar.model"))) {
            value.put("type", "string");
            if (plain.getSimpleName().equals("RegistrationId")) {
                value.put("format", "uuid");
            }
            return value;
        } else if (plain == UUID.class) {
            return value.put("type", "string").put("format", "uuid");
        } else if (plain == Instant.class) {
            return value.put("type", "string").put("format", "date-time");
        } else if (plain == int.class) {
            return value.put("type", "integer").put("minimum", 0);
        } else if (plain == BigDecimal.class) {
            return value.put("type", "number");
        } else if (plain.isEnum()) {
            ArrayNode names = value.put("type", "string").putArray("enum");
            Arrays.stream(plain.getEnumConstants())
                    .map(one -> JSON.valueToTree(one))
                    .forEach(one -> names.add((com.fasterxml.jackson.databind.JsonNode) one));
            return value;
        }
        return schemaOf(plain);
    }

    private ObjectNode note(String name) {
        return (ObjectNode) Objects.requireNonNull(notes.remove(name), "no note on " + name);
    }

    private static List<String> names(ObjectNode object) {
        return object.properties().stream()
                .map(Map.Entry::getKey)
                .sorted(Comparator.naturalOrder())
                .toList();
    }
}
