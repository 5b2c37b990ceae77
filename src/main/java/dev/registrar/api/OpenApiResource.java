package dev.registrar.api;

import dev.registrar.access.RouteRules.Public;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** {@code GET /openapi.json}: the OpenAPI description of the REST interface, generated at build time; public. */
@Path("/" + OpenApiResource.PATH)
@Produces(MediaType.APPLICATION_JSON)
public final class OpenApiResource {

    /** Without the slash at the start. */
    public static final String PATH = "openapi.json";

    private final byte[] document;

    public OpenApiResource() {
        try (InputStream in =
                Objects.requireNonNull(OpenApiResource.class.getResourceAsStream("/openapi.json"), "openapi.json")) {
            document = in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @GET
    @Public
    public byte[] document() {
        return document.clone();
    }
}
