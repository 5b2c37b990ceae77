package dev.registrar.profile.scim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A SCIM server as in RFC 7644, on a free loopback port: users with unique names, a filter on {@code userName},
 * versions, PATCH. Responses can be lost, replaced or changed in transit.
 */
final class ScimServer implements AutoCloseable {

    /** The kind of a request. */
    enum Call {
        CREATE,
        SEARCH,
        GET,
        PATCH,
        DELETE,
        FEATURES
    }

    /** What happens to one request. */
    enum Fault {
        /** No fault: skips one request. */
        NONE,
        /** It takes no effect, and the connection closes without a response. */
        LOST_BEFORE,
        /** It takes effect, and the connection closes without a response. */
        LOST_AFTER,
        /** A 500 without effect. */
        ERROR,
        /** A 500 after the effect. */
        ERROR_AFTER,
        LIMITED,
        FORBIDDEN,
        /** An error on the way to the server. */
        BAD_GATEWAY
    }

    /** One request as received; the target without the path of the base URL, header names in lower case. */
    record Request(Call call, String method, String target, Map<String, String> headers, String body) {}

    private record Answer(
            int status, @Nullable JsonNode body, @Nullable String etag) {}

    static final String ERROR_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:Error";

    private static final String BASE = "/scim/v2";
    private static final Pattern FILTER = Pattern.compile("userName eq (\".*\")", Pattern.DOTALL);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, ObjectNode> users = new LinkedHashMap<>();
    private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
    private final Map<Call, Deque<Fault>> faults = new EnumMap<>(Call.class);
    private final Map<Call, Consumer<ObjectNode>> changes = new EnumMap<>(Call.class);
    private final Map<Call, Answer> replaced = new EnumMap<>(Call.class);
    private final Map<Call, Runnable> meanwhile = new EnumMap<>(Call.class);
    private boolean keepsExternalIds = true;
    private boolean comparesVersions = true;
    private boolean refusesVersions;
    private int made;
    private int version;

    ScimServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.createContext("/", this::serve);
        server.setExecutor(threads);
        server.start();
    }

    URI url() {
        return URI.create("http://localhost:" + server.getAddress().getPort() + BASE);
    }

    List<Request> requests() {
        return List.copyOf(requests);
    }

    List<Call> calls() {
        return requests().stream().map(Request::call).toList();
    }

    Request last(Call call) {
        return requests().stream()
                .filter(request -> request.call() == call)
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    /** Applies these faults to the next requests of this kind, in order. */
    synchronized void will(Call call, Fault... next) {
        faults.computeIfAbsent(call, unused -> new ArrayDeque<>()).addAll(List.of(next));
    }

    /** Changes the bodies of all further successful responses to such requests. */
    synchronized void change(Call call, Consumer<ObjectNode> change) {
        changes.put(call, change);
    }

    /** Replaces all further responses to such requests. */
    synchronized void answer(Call call, int status, @Nullable String body) throws IOException {
        replaced.put(call, new Answer(status, body == null ? null : JSON.readTree(body), null));
    }

    /** Responds with a SCIM error to all further requests of this kind. */
    void answerError(Call call, int status, @Nullable String scimType) throws IOException {
        answer(call, status, JSON.writeValueAsString(errorBody(status, scimType)));
    }

    /** Ends {@link #answer}. */
    synchronized void answerAgain(Call call) {
        replaced.remove(call);
    }

    /** Runs another client's work just before the next such request. */
    synchronized void meanwhile(Call call, Runnable work) {
        meanwhile.put(call, work);
    }

    /** Echoes {@code externalId} when a user is created but does not store it. */
    synchronized void dropsExternalIds() {
        keepsExternalIds = false;
    }

    synchronized void keepsExternalIds() {
        keepsExternalIds = true;
    }

    /** Has no versions, and reports so. */
    synchronized void comparesNoVersions() {
        comparesVersions = false;
    }

    /** Refuses every version with this status. */
    synchronized void refusesVersions() {
        refusesVersions = true;
    }

    /** Creates a user as another client could. */
    synchronized String put(String userName, @Nullable String externalId) {
        ObjectNode user = JSON.createObjectNode();
        user.put("userName", userName).put("active", true);
        if (externalId != null) {
            user.put("externalId", externalId);
        }
        return store(user).path("id").asText();
    }

    /** Changes the user with this name as another client could. */
    synchronized void edit(String userName, Consumer<ObjectNode> edit) {
        ObjectNode user = Objects.requireNonNull(named(userName));
        edit.accept(user);
        touch(user);
    }

    synchronized void remove(String userName) {
        users.remove(Objects.requireNonNull(named(userName)).path("id").asText());
    }

    /** The user with this name, or an empty object. */
    synchronized ObjectNode user(String userName) {
        ObjectNode user = named(userName);
        return user == null ? JSON.createObjectNode() : user.deepCopy();
    }

    /** Name, {@code externalId} and state of each user. */
    synchronized List<String> held() {
        return users.values().stream()
                .map(user -> user.path("userName").asText() + " "
                        + user.path("externalId").asText("unmarked")
                        + (user.path("active").asBoolean(true) ? "" : " inactive"))
                .toList();
    }

    private void serve(HttpExchange exchange) throws IOException {
        String text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        URI uri = exchange.getRequestURI();
        String path = uri.getPath().substring(BASE.length());
        String query = uri.getQuery();
        Map<String, String> headers = new TreeMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
        Call call = call(exchange.getRequestMethod(), path);
        String target = uri.toString().substring(BASE.length());
        requests.add(new Request(call, exchange.getRequestMethod(), target, headers, text));
        Answer answer = answer(call, path, query == null ? "" : query, headers.get("if-match"), text);
        if (answer == null) {
            exchange.close();
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", "application/scim+json");
        if (answer.etag() != null) {
            exchange.getResponseHeaders().set("ETag", answer.etag());
        }
        byte[] body = answer.body() == null ? new byte[0] : JSON.writeValueAsBytes(answer.body());
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    private static Call call(String method, String path) {
        return switch (method) {
            case "POST" -> Call.CREATE;
            case "PATCH" -> Call.PATCH;
            case "DELETE" -> Call.DELETE;
            default ->
                path.equals("/ServiceProviderConfig") ? Call.FEATURES : path.equals("/Users") ? Call.SEARCH : Call.GET;
        };
    }

    /** Returns null if the connection is to close without a response. */
    private synchronized @Nullable Answer answer(
            Call call, String path, String query, @Nullable String ifMatch, String text) throws IOException {
        Runnable work = meanwhile.remove(call);
        if (work != null) {
            work.run();
        }
        Fault fault = faults.getOrDefault(call, new ArrayDeque<>()).poll();
        if (fault == Fault.LOST_BEFORE) {
            return null;
        }
        if (fault == Fault.ERROR) {
            return error(500, null);
        }
        if (fault == Fault.LIMITED) {
            return error(429, null);
        }
        if (fault == Fault.FORBIDDEN) {
            return error(403, null);
        }
        if (fault == Fault.BAD_GATEWAY) {
            return new Answer(502, null, null);
        }
        if (replaced.containsKey(call)) {
            return replaced.get(call);
        }
        Answer answer = execute(call, path.substring(path.lastIndexOf('/') + 1), query, ifMatch, text);
        if (changes.containsKey(call) && answer.status() < 300 && answer.body() instanceof ObjectNode body) {
            ObjectNode changed = body.deepCopy();
            changes.get(call).accept(changed);
            answer = new Answer(answer.status(), changed, answer.etag());
        }
        if (fault == Fault.ERROR_AFTER) {
            return error(500, null);
        }
        return fault == Fault.LOST_AFTER ? null : answer;
    }

    private Answer execute(Call call, String id, String query, @Nullable String ifMatch, String text)
            throws IOException {
        if (call == Call.FEATURES) {
            return new Answer(200, features(), null);
        }
        if (call == Call.CREATE) {
            return create((ObjectNode) JSON.readTree(text));
        }
        if (call == Call.SEARCH) {
            return search(query);
        }
        ObjectNode user = users.get(id);
        if (user == null) {
            return error(404, null);
        }
        if (call == Call.GET) {
            return shown(200, user);
        }
        if (ifMatch != null && (refusesVersions || !ifMatch.equals(versionOf(user)))) {
            return error(412, null);
        }
        if (call == Call.DELETE) {
            users.remove(id);
            return new Answer(204, null, null);
        }
        return patch(user, JSON.readTree(text));
    }

    private Answer create(ObjectNode user) {
        if (named(user.path("userName").asText()) != null) {
            return error(409, "uniqueness");
        }
        ObjectNode stored = store(user);
        Answer echo = shown(201, stored);
        if (!keepsExternalIds) {
            stored.remove("externalId");
        }
        return echo;
    }

    private Answer search(String query) throws IOException {
        String filter = query.replaceAll("(?s).*filter=(.*?)(&startIndex=.*)?$", "$1");
        Matcher matcher = FILTER.matcher(filter);
        if (!matcher.matches()) {
            return error(400, "invalidFilter");
        }
        String name = JSON.readValue(matcher.group(1), String.class);
        ObjectNode list = JSON.createObjectNode();
        list.putArray("schemas").add("urn:ietf:params:scim:api:messages:2.0:ListResponse");
        ArrayNode found = JSON.createArrayNode();
        users.values().stream()
                .filter(user -> user.path("userName").asText().equalsIgnoreCase(name))
                .forEach(user -> found.add(user.deepCopy()));
        list.put("totalResults", found.size()).put("startIndex", 1).put("itemsPerPage", 2);
        list.set("Resources", found);
        return new Answer(200, list, null);
    }

    private Answer patch(ObjectNode user, JsonNode request) {
        for (JsonNode operation : request.path("Operations")) {
            String[] path = operation.path("path").asText().split("\\.", -1);
            ObjectNode parent = path.length == 1 ? user : user.withObject("/" + path[0]);
            String last = path[path.length - 1];
            if (operation.path("op").asText().equals("remove")) {
                parent.remove(last);
            } else {
                parent.set(last, operation.path("value").deepCopy());
            }
        }
        touch(user);
        return new Answer(204, null, versionOf(user));
    }

    private ObjectNode features() {
        ObjectNode features = JSON.createObjectNode();
        features.putArray("schemas").add("urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig");
        features.putObject("patch").put("supported", true);
        features.putObject("etag").put("supported", comparesVersions);
        return features;
    }

    private ObjectNode store(ObjectNode user) {
        String id = "2819c223-" + ++made;
        user.put("id", id);
        touch(user);
        users.put(id, user);
        return user;
    }

    private @Nullable ObjectNode named(String userName) {
        return users.values().stream()
                .filter(user -> user.path("userName").asText().equalsIgnoreCase(userName))
                .findFirst()
                .orElse(null);
    }

    private void touch(ObjectNode user) {
        ObjectNode meta = user.putObject("meta").put("resourceType", "User");
        if (comparesVersions) {
            meta.put("version", "W/\"v" + ++version + "\"");
        }
    }

    private static @Nullable String versionOf(ObjectNode user) {
        return user.path("meta").path("version").textValue();
    }

    private static Answer shown(int status, ObjectNode user) {
        return new Answer(status, user.deepCopy(), versionOf(user));
    }

    private static Answer error(int status, @Nullable String scimType) {
        return new Answer(status, errorBody(status, scimType), null);
    }

    private static ObjectNode errorBody(int status, @Nullable String scimType) {
        ObjectNode body = JSON.createObjectNode();
        body.putArray("schemas").add(ERROR_SCHEMA);
        if (scimType != null) {
            body.put("scimType", scimType);
        }
        return body.put("status", "" + status).put("detail", "about ada@example.com");
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
