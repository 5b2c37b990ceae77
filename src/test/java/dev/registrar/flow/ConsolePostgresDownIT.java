package dev.registrar.flow;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.flow.ConsoleBrowser.Window;
import dev.registrar.flow.ConsolePages.Shown;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Every page of the console while PostgreSQL is down, and after its return. */
@Tag("browser")
final class ConsolePostgresDownIT {

    /** They show what this instance knows without PostgreSQL. */
    private static final Set<String> LIVE = Set.of("now", "services", "workers");

    @RegisterExtension
    static final RequiredTool TOOL = RequiredTool.CHROMIUM;

    @TempDir
    static Path directory;

    private static OutsidePostgres postgres;
    private static RegistrarProcess service;
    private static ConsoleBrowser browser;
    private static Map<String, Shown> pages;

    @BeforeAll
    static void makeTheNight() {
        postgres = new OutsidePostgres(directory.resolve("elsewhere")).start();
        service = new RegistrarProcess(directory).withDatabase(postgres).withUndoSoonGivenUp();
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
            if (postgres != null) {
                postgres.close();
            }
        }
    }

    @AfterEach
    void startPostgresAgain() {
        postgres.stop();
        postgres.start();
    }

    @Test
    void pagesOnShowAreMarkedAsOldAndRecoverByThemselves() {
        try (OpenPages open = new OpenPages(browser, pages)) {
            open.open();
            open.awaitData();

            postgres.stop();
            open.each((page, window) -> {
                assertThat(window.at("banner-postgresql")).containsText("PostgreSQL does not answer");
                assertThat(open.data(page)).isVisible();
                if (!LIVE.contains(page)) {
                    assertThat(window.at("stale")).containsText("PostgreSQL does not answer");
                    assertThat(window.at("freshness")).hasAttribute("data-stale", "true");
                }
            });
            Window now = open.window("now");
            for (String tile : List.of("tile-money", "tile-open-rows", "tile-attention", "tile-in-flight")) {
                assertThat(now.at(tile)).containsText("unknown");
            }
            assertThat(now.at("now-machine")).not().containsText("none planned");
            open.screenshots("postgresql-down");
            assertThat(now.violations()).isEmpty();
            assertThat(open.window("compensations").violations()).isEmpty();

            postgres.start();
            open.awaitData();
            assertThat(now.at("tile-money")).containsText("USD");
            open.assertNoErrors();
        }
    }

    @Test
    void pagesOpenedMeanwhileSayWhatIsDownAndRecoverByThemselves() {
        try (OpenPages open = new OpenPages(browser, pages)) {
            postgres.stop();
            open.open();
            open.each((page, window) -> {
                assertThat(window.at("banner-postgresql")).containsText("PostgreSQL does not answer");
                if (LIVE.contains(page)) {
                    assertThat(open.data(page)).isVisible();
                } else {
                    assertThat(window.at("error"))
                            .containsText(
                                    Pattern.compile("PostgreSQL does not answer.*This page tries again by itself"));
                }
                assertThat(window.at("loading")).hasCount(0);
            });
            open.screenshots("postgresql-down-opened");
            assertThat(open.window("audit").violations()).isEmpty();

            postgres.start();
            open.awaitData();
            open.assertNoErrors();
        }
    }

    @Test
    void actionThatPostgresqlCannotTakeSaysSoAndCanBeRepeated() {
        try (Window window = browser.window()) {
            window.open("#/compensations?status=OPEN");
            window.at("row-replay").first().click();
            assertThat(window.at("plan-sum")).isVisible();

            postgres.stop();
            window.confirm("ann", "INC-7");
            assertThat(window.at("dialog-error")).containsText("PostgreSQL does not answer");
            window.screenshot("postgresql-down-action");

            postgres.start();
            assertThat(window.at("banner-postgresql")).hasCount(0);
            window.at("confirm").click();
            assertThat(window.at("batch-progress")).isVisible();
            window.assertOnlyRefusals();
        }
    }
}
