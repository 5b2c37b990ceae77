package dev.registrar.flow;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Response;
import dev.registrar.flow.ConsoleBrowser.Window;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The list of many registrations: {@code -Dconsole.list=100000} has more. At least 10,000. */
@Tag("browser")
final class ConsoleListIT {

    @RegisterExtension
    static final RequiredTool TOOL = RequiredTool.CHROMIUM;

    @TempDir
    static Path directory;

    private static RegistrarProcess service;
    private static ConsoleBrowser browser;

    private static final int ROWS = Integer.getInteger("console.list", 10_000);
    private static final int TURNS = 15;
    private static final int LIMIT_MILLIS = 1_000;
    private static final int MOST_ELEMENTS = 3_000;

    @BeforeAll
    static void fill() {
        service = new RegistrarProcess(directory).withUnpackedBinaries();
        service.start();
        service.database().fill(ROWS);
        browser = ConsoleBrowser.of(service);
    }

    @AfterAll
    static void stop() {
        ConsoleBrowser.close(browser, service);
    }

    @Test
    void pagesAreTurnedQuicklyAndThePageStaysSmall() {
        try (Window window = browser.window()) {
            window.open("#/registrations");
            assertThat(window.at("row")).hasCount(50);
            List<Double> millis = new ArrayList<>();
            for (int turn = 0; turn < TURNS; turn++) {
                String first = firstRow(window);
                Response answer = window.page()
                        .waitForResponse(
                                Pattern.compile(".*/console/api/registrations\\?.*cursor=.*"),
                                () -> window.at("page-next").click());
                assertThat(window.page().locator("[data-id='" + first + "']")).hasCount(0);
                answer.finished();
                millis.add(
                        answer.request().timing().responseEnd - answer.request().timing().requestStart);
            }
            assertThat(window.at("row")).hasCount(50);
            assertThat((int) window.page().evaluate("() => document.querySelectorAll('*').length"))
                    .isLessThan(MOST_ELEMENTS);
            Collections.sort(millis);
            System.out.printf(
                    "MEASURED console: of %d turns of a page of %d registrations, half within %.0f ms, all within %.0f ms%n",
                    TURNS, ROWS, millis.get(TURNS / 2), millis.get(TURNS - 1));
            assertThat(millis.get(TURNS / 2)).isLessThan(LIMIT_MILLIS);

            String last = firstRow(window);
            window.at("page-previous").click();
            assertThat(window.page().locator("[data-id='" + last + "']")).hasCount(0);
            window.at("page-first").click();
            assertThat(window.at("row").first()).containsText("user-" + ROWS);
            assertThat(window.at("page-first")).isDisabled();
            window.assertNoErrors();
        }
    }

    private static String firstRow(Window window) {
        return window.at("row").first().getAttribute("data-id");
    }

    @Test
    void filtersAreInTheAddressAndSurviveAReload() {
        try (Window window = browser.window()) {
            window.open("#/registrations");
            window.at("filter-status").selectOption("FAILED");
            assertOnlyFailed(window);
            assertThat(window.page()).hasURL(Pattern.compile(".*status=FAILED.*"));

            window.page().reload();
            assertOnlyFailed(window);
            assertThat(window.at("filter-status")).hasValue("FAILED");

            window.at("filters-clear").click();
            window.at("filter-q").fill("user-77");
            window.press("Enter");
            assertThat(window.at("row")).hasCount(1);
            assertThat(window.at("row")).containsText("user-77");
            window.assertNoErrors();
        }
    }

    private static void assertOnlyFailed(Window window) {
        assertThat(window.page().locator("tbody [data-state=FAILED]")).hasCount(50);
        assertThat(window.page().locator("tbody [data-state=COMPLETED]")).hasCount(0);
    }
}
