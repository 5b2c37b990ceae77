package dev.registrar.flow;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.flow.ConsoleBrowser.Window;
import dev.registrar.flow.ConsolePages.Shown;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Every page of the console while Temporal is down, and after its return. */
@Tag("browser")
final class ConsoleTemporalDownIT {

    @RegisterExtension
    static final RequiredTool BROWSER = RequiredTool.CHROMIUM;

    @RegisterExtension
    static final RequiredTool TEMPORAL = RequiredTool.TEMPORAL;

    @TempDir
    static Path directory;

    private static TemporalDevServer temporal;
    private static RegistrarProcess service;
    private static ConsoleBrowser browser;
    private static Map<String, Shown> pages;

    @BeforeAll
    static void makeTheNight() {
        temporal = new TemporalDevServer(directory);
        temporal.start();
        service = new RegistrarProcess(directory)
                .withUnpackedBinaries()
                .withTemporal(temporal.port())
                .withUndoSoonGivenUp();
        service.start();
        Night.make(service, 3, 2, 1);
        pages = ConsolePages.of(service, "ann", "INC-7");
        browser = ConsoleBrowser.of(service);
    }

    @AfterAll
    static void stop() {
        try {
            ConsoleBrowser.close(browser, service);
        } finally {
            temporal.close();
        }
    }

    @Test
    void everyPageStaysLiveSaysThatTemporalIsDownAndRecoversByItself() {
        try (OpenPages open = new OpenPages(browser, pages)) {
            open.open();
            open.awaitData();
            assertThat(open.window("workers").at("poller-table")).isVisible();

            temporal.kill();
            assertDown(open);
            open.screenshots("temporal-down");
            open.reload();
            assertDown(open);
            assertThat(open.window("workers").violations()).isEmpty();
            compare(open.window("reconcile"));
            replay(open.window("compensations"));

            temporal.start();
            open.each((page, window) -> {
                assertThat(window.at("banner-temporal")).hasCount(0);
                assertThat(window.at("error")).hasCount(0);
                assertThat(window.at("freshness")).hasAttribute("data-stale", "false");
            });
            assertThat(open.window("workers").at("poller-table")).isVisible();
            assertThat(open.window("reconcile").at("reconcile-report")).containsText("finished");
            assertThat(open.window("compensations").at("batch-verified")).isVisible();
            open.assertNoErrors();
        }
    }

    /** All that the pages show is in PostgreSQL: only the workflows wait. */
    private static void assertDown(OpenPages open) {
        open.each((page, window) -> {
            assertThat(window.at("banner-temporal"))
                    .containsText("Temporal at 127.0.0.1:" + temporal.port() + " does not answer");
            assertThat(open.data(page)).isVisible();
            assertThat(window.at("freshness")).hasAttribute("data-stale", "false");
            assertThat(window.at("loading")).hasCount(0);
            assertThat(window.at("error")).hasCount(0);
        });
        assertThat(open.window("workers").at("this-instance")).containsText("does not answer");
        assertThat(open.window("workers").at("pollers-unknown")).isVisible();
    }

    private static void compare(Window window) {
        window.at("reconcile-6").click();
        assertThat(window.at("reconcile-report")).containsText("running");
        window.screenshot("temporal-down-compare");
    }

    private static void replay(Window window) {
        window.at("row-replay").first().click();
        assertThat(window.at("plan-sum")).isVisible();
        window.confirm("ann", "INC-7");
        assertThat(window.at("batch-progress")).containsText("running");
        window.screenshot("temporal-down-batch");
    }
}
