package dev.registrar.console;

import dev.registrar.access.ConsoleSessions;
import dev.registrar.access.ConsoleSessions.Session;
import dev.registrar.operations.OperationRefusedException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code /console/api/session}: who has signed in; signing in and out. Open to everybody. Thread-safe. */
final class SessionServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    private final transient ConsoleConfiguration configuration;
    private final transient Optional<ConsoleSessions> sessions;
    private final transient JsonReply replies;
    private final String version;

    SessionServlet(ConsoleConfiguration configuration, Optional<ConsoleSessions> sessions, JsonReply replies) {
        this.configuration = configuration;
        this.sessions = sessions;
        this.replies = replies;
        this.version =
                Objects.requireNonNullElse(SessionServlet.class.getPackage().getImplementationVersion(), "unpackaged");
    }

    /**
     * @param authentication {@code none} or {@code api-keys}
     * @param user the id of the key; absent if nobody has signed in, or nobody needs to
     */
    private record SessionView(
            String authentication,
            @Nullable String user,
            @Nullable String role,
            @Nullable Instant expiresAt,
            String instance,
            String version,
            @Nullable URI temporalUi) {}

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        replies.write(response, () -> view(request, sessions.flatMap(known -> known.find(request))));
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        replies.write(response, () -> {
            if (request.getQueryString() != null) {
                throw OperationRefusedException.invalid("key: only as a form, because addresses end up in logs.");
            }
            String key = new ConsoleParameters(request, Set.of("key")).required("key");
            return view(request, Optional.of(required().signIn(key.strip(), request, response)));
        });
    }

    @Override
    protected void doDelete(HttpServletRequest request, HttpServletResponse response) throws IOException {
        replies.write(response, () -> {
            required().signOut(request, response);
            return view(request, Optional.empty());
        });
    }

    private ConsoleSessions required() {
        return sessions.orElseThrow(() -> OperationRefusedException.invalid("There is no sign-in: auth.type is none."));
    }

    private SessionView view(HttpServletRequest request, Optional<Session> session) {
        return new SessionView(
                sessions.isPresent() ? "api-keys" : "none",
                session.map(found -> found.caller().name()).orElse(null),
                session.map(found -> found.caller().role().name()).orElse(null),
                session.map(Session::expiresAt).orElse(null),
                Instances.name(request),
                version,
                configuration.temporalUi());
    }
}
