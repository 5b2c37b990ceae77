package dev.registrar.api;

import dev.registrar.access.RouteRules.Public;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code GET /docs}: {@code /openapi.json} rendered by Swagger UI, for everybody. All it needs comes from here: the
 * Content-Security-Policy forbids scripts and styles inside the page and everything that is elsewhere. Thread-safe.
 */
@Path("/docs")
public final class DocsResource {

    private static final String PAGE = "/docs/index.html";
    /** The version is that of the pom; another one stops the start. */
    private static final String SWAGGER_UI = "/META-INF/resources/webjars/swagger-ui/5.34.1/";

    /** By name, where in the jar they are. */
    private static final Map<String, String> FILES = Map.of(
            "start.js", "/docs/start.js",
            "swagger-ui.css", SWAGGER_UI + "swagger-ui.css",
            "swagger-ui-bundle.js", SWAGGER_UI + "swagger-ui-bundle.js");

    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final byte[] page;
    private final Map<String, byte[]> files = new HashMap<>();

    /** @throws NullPointerException a file is not in the jar */
    public DocsResource() {
        page = read(PAGE);
        FILES.forEach((file, source) -> files.put(file, read(source)));
    }

    private static byte[] read(String source) {
        try (InputStream in = Objects.requireNonNull(DocsResource.class.getResourceAsStream(source), source)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @GET
    @Public
    public Response page() {
        return answer(page, "text/html");
    }

    @GET
    @Path("/{file}")
    @Public
    public Response file(@PathParam("file") String file) {
        byte[] content = files.get(file);
        if (content == null) {
            throw new NotFoundException();
        }
        return answer(content, file.endsWith(".css") ? "text/css" : "text/javascript");
    }

    private static Response answer(byte[] content, String type) {
        return Response.ok(content, type + "; charset=utf-8")
                .header("Content-Security-Policy", POLICY)
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer")
                .build();
    }

    /**
     * The section {@code docs}: the rendered description of the REST interface.
     *
     * @param enabled whether {@code GET /docs} is there; default true
     */
    public record DocsConfiguration(Boolean enabled) {

        @SuppressWarnings("ConstantValue") // what the file leaves out is null
        public DocsConfiguration {
            enabled = enabled == null ? Boolean.TRUE : enabled;
        }

        public static DocsConfiguration defaults() {
            return new DocsConfiguration(true);
        }

        /** The paths of the page and of what it loads, without the slash at the start; none if it is switched off. */
        public Set<String> publicPaths() {
            return enabled
                    ? Stream.concat(Stream.of("docs"), FILES.keySet().stream().map(file -> "docs/" + file))
                            .collect(Collectors.toUnmodifiableSet())
                    : Set.of();
        }
    }
}
