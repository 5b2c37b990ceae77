package dev.registrar.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialects;
import dev.registrar.sandbox.SandboxClient.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Checks single requests and responses against the OpenAPI document of the wire protocol. Stricter than the document in
 * one respect: undocumented fields, headers and parameters of the protocol are problems. Immutable.
 */
final class ProviderApiDocument {

    private static final String IRI = "https://registrar.test/provider-api.json";
    private static final Set<String> METHODS = Set.of("get", "post", "patch", "delete");
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final JsonNode root;
    private final SchemaRegistry schemas;
    private final List<Operation> operations = new ArrayList<>();
    private final Set<String> protocolHeaders = new TreeSet<>();

    private ProviderApiDocument(JsonNode root) {
        this.root = root;
        root.path("components").path("schemas").forEach(ProviderApiDocument::close);
        SchemaRegistryConfig config =
                SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build();
        this.schemas = SchemaRegistry.withDefaultDialect(
                Dialects.getDraft202012(),
                builder -> builder.schemas(Map.of(IRI, root.toString())).schemaRegistryConfig(config));
        for (Map.Entry<String, JsonNode> path : root.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> item : path.getValue().properties()) {
                if (METHODS.contains(item.getKey())) {
                    operations.add(new Operation(path.getKey(), item.getKey().toUpperCase(Locale.ROOT)));
                }
            }
        }
        for (Operation operation : operations) {
            operation.parameters("header").forEach(header -> protocolHeaders.add(header.name()));
            for (Place answer : operation.answers().values()) {
                protocolHeaders.addAll(answer.at("headers").fields().keySet());
            }
        }
    }

    /** The shipped document. */
    static ProviderApiDocument shipped() throws IOException {
        try (InputStream in = ProviderApiDocument.class.getResourceAsStream("/provider-api.json")) {
            return new ProviderApiDocument(MAPPER.readTree(Objects.requireNonNull(in)));
        }
    }

    List<Operation> operations() {
        return operations;
    }

    Operation operation(String id) {
        return operations.stream().filter(o -> o.id().equals(id)).findAny().orElseThrow();
    }

    /** The operation of a request; an {@link AssertionError} if it is not documented. */
    Operation operationOf(Exchange exchange) {
        return operations.stream()
                .filter(o -> o.method.equals(exchange.method()) && o.matches(exchange.path()))
                .findFirst()
                .orElseThrow(
                        () -> new AssertionError(exchange.method() + " " + exchange.path() + " is not documented"));
    }

    /** Deviations of the request from the document; empty if there are none. */
    List<String> problemsOfRequest(Exchange exchange) {
        Operation operation = operationOf(exchange);
        List<String> problems = new ArrayList<>();
        Map<String, String> given = operation.pathValues(exchange.path());
        operation.parameters("path").forEach(p -> problems.addAll(p.problemsOf(given.get(p.name()))));

        Map<String, String> query = new LinkedHashMap<>(exchange.query());
        operation.parameters("query").forEach(p -> problems.addAll(p.problemsOf(query.remove(p.name()))));
        query.keySet().forEach(name -> problems.add("query parameter " + name + " is not documented"));

        List<Parameter> headers = operation.parameters("header");
        headers.forEach(h -> problems.addAll(h.problemsOf(exchange.requestHeader(h.name()))));
        Set<String> known = headers.stream().map(Parameter::name).collect(Collectors.toSet());
        protocolHeaders.stream()
                .filter(name -> !known.contains(name) && exchange.requestHeader(name) != null)
                .forEach(name -> problems.add("header " + name + " is not documented"));

        problems.addAll(
                bodyProblems(operation.request(), exchange.requestHeader("Content-Type"), exchange.requestBody()));
        return problems;
    }

    /** Deviations of the response from the document; empty if there are none. */
    List<String> problemsOfAnswer(Exchange exchange) {
        Place answer = operationOf(exchange).answers().get(String.valueOf(exchange.status()));
        if (answer == null) {
            return List.of("status " + exchange.status() + " is not documented");
        }
        List<String> problems = new ArrayList<>();
        Map<String, Place> headers = answer.at("headers").fields();
        headers.forEach((name, header) -> problems.addAll(
                new Parameter(name, header.node().path("required").asBoolean(), header.at("schema"))
                        .problemsOf(exchange.answerHeader(name))));
        protocolHeaders.stream()
                .filter(name -> !headers.containsKey(name) && exchange.answerHeader(name) != null)
                .forEach(name -> problems.add("header " + name + " is not documented"));
        problems.addAll(bodyProblems(answer, exchange.answerHeader("Content-Type"), exchange.answerBody()));
        return problems;
    }

    /** The examples of a request body or a response by name; a single one is named {@code example}. */
    Map<String, JsonNode> examples(Place place) {
        Map<String, JsonNode> found = new LinkedHashMap<>();
        Place content = place.at("content").at("application/json");
        if (content.node().has("example")) {
            found.put("example", content.node().path("example"));
        }
        content.at("examples")
                .fields()
                .forEach((name, example) -> found.put(name, example.node().path("value")));
        return found;
    }

    List<String> problemsOfExample(Place place, JsonNode example) {
        return place.at("content").at("application/json").at("schema").problemsOf(example);
    }

    /** The possible values of a field of a schema. */
    Set<String> enumOf(String schema, String field) {
        return StreamSupport.stream(
                        root.path("components")
                                .path("schemas")
                                .path(schema)
                                .path("properties")
                                .path(field)
                                .path("enum")
                                .spliterator(),
                        false)
                .map(JsonNode::asText)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> bodyProblems(Place described, @Nullable String mediaType, String body) {
        Place content = described.at("content");
        if (content.node().isMissingNode()) {
            return body.isEmpty() ? List.of() : List.of("a body is not documented");
        }
        if (mediaType == null || !content.node().has(mediaType.split(";", 2)[0])) {
            return List.of("media type " + mediaType + " is not documented");
        }
        try {
            JsonNode json = MAPPER.readTree(body);
            return json.isMissingNode()
                    ? List.of("no body")
                    : content.at("application/json").at("schema").problemsOf(json);
        } catch (JsonProcessingException e) {
            return List.of("not JSON: " + e.getOriginalMessage());
        }
    }

    /** Forbids undocumented fields. */
    private static void close(JsonNode schema) {
        if (schema.has("properties") && !schema.has("additionalProperties")) {
            ((ObjectNode) schema).put("additionalProperties", false);
        }
    }

    /** A request and its response as sent; header names in lower case. */
    record Exchange(
            String method,
            String target,
            Map<String, String> requestHeaders,
            String requestBody,
            int status,
            Map<String, String> answerHeaders,
            String answerBody) {

        /** @param headers of the request: name, value, name, value… */
        static Exchange of(String method, String target, List<String> headers, String body, Answer answer) {
            Map<String, String> sent = new LinkedHashMap<>();
            for (int i = 0; i < headers.size(); i += 2) {
                sent.put(headers.get(i).toLowerCase(Locale.ROOT), headers.get(i + 1));
            }
            Map<String, String> received = new LinkedHashMap<>();
            answer.response()
                    .headers()
                    .map()
                    .forEach((name, values) -> received.put(name.toLowerCase(Locale.ROOT), String.join(", ", values)));
            return new Exchange(method, target, sent, body, answer.status(), received, answer.text());
        }

        /** The body of the response; missing if there is none. */
        JsonNode answer() throws IOException {
            return MAPPER.readTree(answerBody);
        }

        String path() {
            return target.split("\\?", 2)[0];
        }

        Map<String, String> query() {
            Map<String, String> values = new LinkedHashMap<>();
            String query = URI.create(target).getRawQuery();
            for (String pair : query == null ? new String[0] : query.split("&")) {
                String[] parts = pair.split("=", 2);
                values.put(parts[0], decoded(parts[1]));
            }
            return values;
        }

        @Nullable
        String requestHeader(String name) {
            return requestHeaders.get(name.toLowerCase(Locale.ROOT));
        }

        @Nullable
        String answerHeader(String name) {
            return answerHeaders.get(name.toLowerCase(Locale.ROOT));
        }

        Exchange answered(int otherStatus, Map<String, String> otherHeaders, String otherBody) {
            return new Exchange(method, target, requestHeaders, requestBody, otherStatus, otherHeaders, otherBody);
        }

        Exchange requested(Map<String, String> otherHeaders, String otherBody) {
            return new Exchange(method, target, otherHeaders, otherBody, status, answerHeaders, answerBody);
        }

        private static String decoded(String encoded) {
            return URI.create("/" + encoded).getPath().substring(1);
        }
    }

    final class Operation {

        private final String template;
        private final String method;
        private final Place place;

        Operation(String template, String method) {
            this.template = template;
            this.method = method;
            this.place = new Place("").at("paths").at(template).at(method.toLowerCase(Locale.ROOT));
        }

        String id() {
            return place.node().path("operationId").asText();
        }

        /** The service, by its name in the sandbox. */
        String service() {
            return place.node().path("tags").path(0).asText();
        }

        String method() {
            return method;
        }

        Place request() {
            return place.at("requestBody");
        }

        Map<String, Place> answers() {
            return place.at("responses").fields();
        }

        /** Its target with these values in place of the braces, in order. */
        String target(String... values) {
            String target = template;
            for (String value : values) {
                target = target.replaceFirst("\\{[A-Za-z]+}", value);
            }
            return target;
        }

        boolean matches(String path) {
            return path.matches(template.replaceAll("\\{[A-Za-z]+}", "[^/]+"))
                    && (template.contains("{") || template.equals(path))
                    && !(template.contains("{") && root.path("paths").has(path));
        }

        private Map<String, String> pathValues(String path) {
            Map<String, String> values = new LinkedHashMap<>();
            String[] names = template.split("/", -1);
            String[] given = path.split("/", -1);
            for (int i = 0; i < names.length; i++) {
                if (names[i].startsWith("{")) {
                    values.put(names[i].substring(1, names[i].length() - 1), Exchange.decoded(given[i]));
                }
            }
            return values;
        }

        private List<Parameter> parameters(String in) {
            List<Place> all = new ArrayList<>(
                    new Place("").at("paths").at(template).at("parameters").elements());
            all.addAll(place.at("parameters").elements());
            return all.stream()
                    .filter(p -> p.node().path("in").asText().equals(in))
                    .map(p -> new Parameter(
                            p.node().path("name").asText(),
                            p.node().path("required").asBoolean(),
                            p.at("schema")))
                    .toList();
        }
    }

    /** A parameter, or a header of a response. */
    private record Parameter(String name, boolean required, Place schema) {

        List<String> problemsOf(@Nullable String value) {
            if (value == null) {
                return required ? List.of(name + " is missing") : List.of();
            }
            return schema.problemsOf(TextNode.valueOf(value)).stream()
                    .map(problem -> name + problem)
                    .toList();
        }
    }

    /** A node of the document and its location; references are resolved. */
    final class Place {

        private final String pointer;

        private Place(String pointer) {
            this.pointer = pointer;
        }

        JsonNode node() {
            return root.at(pointer);
        }

        Place at(String name) {
            Place child = new Place(pointer + "/" + name.replace("~", "~0").replace("/", "~1"));
            String reference = child.node().path("$ref").asText();
            return reference.isEmpty() ? child : new Place(reference.substring(1));
        }

        Map<String, Place> fields() {
            Map<String, Place> children = new LinkedHashMap<>();
            node().fieldNames().forEachRemaining(name -> children.put(name, at(name)));
            return children;
        }

        List<Place> elements() {
            List<Place> children = new ArrayList<>();
            for (int i = 0; i < node().size(); i++) {
                children.add(at(String.valueOf(i)));
            }
            return children;
        }

        /** Violations of the schema at this place by a value. */
        List<String> problemsOf(JsonNode value) {
            return schemas.getSchema(SchemaLocation.of(IRI + "#" + pointer)).validate(value).stream()
                    .map(error -> error.getInstanceLocation() + ": " + error.getMessage())
                    .toList();
        }
    }
}
