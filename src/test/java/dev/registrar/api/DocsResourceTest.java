package dev.registrar.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.api.DocsResource.DocsConfiguration;
import io.dropwizard.testing.junit5.DropwizardExtensionsSupport;
import io.dropwizard.testing.junit5.ResourceExtension;
import jakarta.ws.rs.core.Response;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(DropwizardExtensionsSupport.class)
class DocsResourceTest {

    private static final ResourceExtension SERVICE =
            ResourceExtension.builder().addResource(new DocsResource()).build();

    private static Response get(String path) {
        return SERVICE.target(path).request().get();
    }

    @ParameterizedTest
    @CsvSource({
        "docs, text/html, <div id=",
        "docs/start.js, text/javascript, SwaggerUIBundle(",
        "docs/swagger-ui-bundle.js, text/javascript, SwaggerUIBundle",
        "docs/swagger-ui.css, text/css, .swagger-ui"
    })
    void everyFileHasItsTypeAndAPolicyThatAllowsThisServiceOnly(String path, String type, String part) {
        Response response = get(path);

        assertThat(response.getStatus()).isEqualTo(200);
        assertThat(response.getHeaderString("Content-Type")).startsWith(type).containsIgnoringCase("charset=utf-8");
        assertThat(response.getHeaderString("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(response.getHeaderString("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(response.getHeaderString("Content-Security-Policy"))
                .contains("default-src 'none'", "script-src 'self';", "style-src 'self';", "connect-src 'self'")
                .contains("base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'")
                .doesNotContain("unsafe", "http", "*");
        assertThat(response.readEntity(String.class)).contains(part);
    }

    @Test
    void pageLoadsItsOwnFilesOnlyAndHasNoScriptInside() {
        String page = get("docs").readEntity(String.class);

        Set<String> loaded = new TreeSet<>();
        Matcher reference = Pattern.compile("(?:src|href)=\"([^\"]*)\"").matcher(page);
        while (reference.find()) {
            loaded.add(reference.group(1));
        }
        loaded.add("docs");
        assertThat(loaded).isEqualTo(new DocsConfiguration(true).publicPaths());
        assertThat(page)
                .doesNotContain("://", "<style", "style=")
                .doesNotContainPattern("<script[^>]*>[^<]|\\son\\w+=");
        assertThat(get("docs/start.js").readEntity(String.class))
                .doesNotContain("://")
                .contains("validatorUrl: null");
    }

    @Test
    void nothingElseOfTheArchiveIsServed() {
        for (String file : Set.of("swagger-ui.js", "oauth2-redirect.html", "..%2fopenapi.json", "package.json")) {
            assertThat(get("docs/" + file).getStatus()).as(file).isEqualTo(404);
        }
    }

    @Test
    void noPathIsPublicWhenTheDocsAreSwitchedOff() {
        assertThat(new DocsConfiguration(false).publicPaths()).isEmpty();
        assertThat(new DocsConfiguration(true).publicPaths()).contains("docs", "docs/swagger-ui.css");
    }
}
