package dev.registrar.access;

import dev.registrar.access.Caller.Role;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sign-in of browsers on the admin port. The cookie holds a sealed token that names an API key and expires after
 * {@link #LENGTH}; it never holds the key. A session also ends when its key expires or is no longer configured. Nothing is stored:
 * every instance with the same sealing keys accepts the cookie, and signing out only makes the browser forget it. Thread-safe.
 */
public final class ConsoleSessions {

    /** The time for which one sign-in lasts. */
    public static final Duration LENGTH = Duration.ofHours(8);

    static final String COOKIE = "registrar-session";

    private static final String PLACE = "console-session";
    private static final Pattern TOKEN = Pattern.compile("([0-9]{1,18}) (.{1,100})");

    private final ApiKeyAuthentication keys;
    private final TokenSeal seal;
    private final Clock clock;

    ConsoleSessions(ApiKeyAuthentication keys, TokenSeal seal, Clock clock) {
        this.keys = keys;
        this.seal = seal;
        this.clock = clock;
    }

    /** Seals texts so that nobody else can make, read or change them. Thread-safe. */
    public interface TokenSeal {

        /**
         * A text of letters, digits, dashes and underscores.
         *
         * @param place what the text is for; it opens for nothing else
         */
        String seal(byte[] text, String place);

        /** Empty if it was not sealed for this place by a key that is still known. */
        Optional<byte[]> open(String sealed, String place);
    }

    /** Somebody who has signed in. */
    public record Session(Caller caller, Instant expiresAt) {}

    /**
     * Signs in with an API key and sets the cookie.
     *
     * @throws AccessRefusedException 401 or 429 as for an {@code Authorization} header, 403 if the key may not read here
     */
    public Session signIn(String key, HttpServletRequest request, HttpServletResponse response) {
        Token token = begin(key, request.getRemoteAddr());
        set(token.sealed(), Duration.between(clock.instant(), token.session().expiresAt()), request, response);
        return token.session();
    }

    /** @param sealed the value of the cookie */
    record Token(Session session, String sealed) {}

    Token begin(String key, String remoteAddress) {
        ApiKey found = keys.key(List.of("Bearer " + key), remoteAddress);
        Caller caller = ApiKeyAuthentication.caller(found);
        if (caller.role() == Role.CLIENT) {
            throw AccessRefusedException.forbidden();
        }
        Instant end = clock.instant().plus(LENGTH);
        Instant keyEnd = found.expires();
        Instant expiresAt = (keyEnd != null && keyEnd.isBefore(end) ? keyEnd : end).truncatedTo(ChronoUnit.MILLIS);
        String text = expiresAt.toEpochMilli() + " " + found.fingerprint();
        return new Token(new Session(caller, expiresAt), seal.seal(text.getBytes(StandardCharsets.UTF_8), PLACE));
    }

    /** Makes the browser forget the session. */
    public void signOut(HttpServletRequest request, HttpServletResponse response) {
        set("", Duration.ZERO, request, response);
    }

    private static void set(String value, Duration age, HttpServletRequest request, HttpServletResponse response) {
        Cookie cookie = new Cookie(COOKIE, value);
        cookie.setPath("/");
        cookie.setMaxAge((int) age.toSeconds());
        cookie.setHttpOnly(true);
        cookie.setSecure(request.isSecure());
        cookie.setAttribute("SameSite", "Strict");
        response.addCookie(cookie);
    }

    /** The session of the request's cookie; empty if it has none that is valid now. */
    public Optional<Session> find(HttpServletRequest request) {
        Cookie[] cookies = request.getCookies();
        return cookies == null
                ? Optional.empty()
                : List.of(cookies).stream()
                        .filter(cookie -> cookie.getName().equals(COOKIE))
                        .flatMap(cookie -> read(cookie.getValue()).stream())
                        .findFirst();
    }

    Optional<Caller> caller(HttpServletRequest request) {
        return find(request).map(Session::caller);
    }

    /** The session of a token; empty unless it is valid now. */
    Optional<Session> read(String token) {
        return seal.open(token, PLACE)
                .map(text -> TOKEN.matcher(new String(text, StandardCharsets.UTF_8)))
                .filter(Matcher::matches)
                .flatMap(parts -> session(Instant.ofEpochMilli(Long.parseLong(parts.group(1))), parts.group(2)));
    }

    private Optional<Session> session(Instant expiresAt, String fingerprint) {
        return clock.instant().isBefore(expiresAt)
                ? keys.current(fingerprint).map(key -> new Session(ApiKeyAuthentication.caller(key), expiresAt))
                : Optional.empty();
    }
}
