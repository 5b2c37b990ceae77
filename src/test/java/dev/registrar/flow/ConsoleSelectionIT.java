package dev.registrar.flow;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import dev.registrar.flow.ConsoleBrowser.Window;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Rows of undo work that are chosen one by one. */
@Tag("browser")
final class ConsoleSelectionIT {

    @RegisterExtension
    static final RequiredTool TOOL = RequiredTool.CHROMIUM;

    @TempDir
    static Path directory;

    private static RegistrarProcess service;
    private static ConsoleBrowser browser;

    @BeforeAll
    static void start() {
        service = new RegistrarProcess(directory).withUnpackedBinaries().withUndoSoonGivenUp();
        service.start();
        browser = ConsoleBrowser.of(service);
    }

    @AfterAll
    static void stop() {
        ConsoleBrowser.close(browser, service);
    }

    @Test
    void selectedRowsAreOneBatch() {
        UndoBacklog.make(service, "chosen-", 3);
        service.sandbox().noFaults();
        int before = batches();
        int open = openRows();
        try (Window window = browser.window()) {
            window.open("#/compensations");
            Locator boxes = window.at("select-row");
            assertThat(boxes).hasCount(open);
            assertThat(window.at("row")).not().hasCount(open);
            boxes.nth(0).check();
            boxes.nth(1).check();
            assertThat(window.at("selection")).containsText("2 rows selected");

            window.press("s");
            assertThat(window.at("plan-sum")).containsText("2 rows, 99.80 USD");
            assertThat(window.at("plan")).containsText("2 × refund");
            window.screenshot("selection-plan");
            window.confirm("ann", "INC-7");
            assertThat(window.at("batch-verified")).containsText("All 2 are repaired and verified");
            window.assertNoErrors();
        }
        assertThat(batches()).isEqualTo(before + 1);
        assertThat(openRows()).isEqualTo(open - 2);
    }

    @Test
    void rowThatChangedSinceItWasSelectedKeepsAllOfThemFromBeingReplayed() {
        UndoBacklog.make(service, "changed-", 2);
        service.sandbox().noFaults();
        try (Window window = browser.window()) {
            window.open("#/compensations?status=OPEN&action=refund");
            assertThat(window.at("select-row").first()).isVisible();
            window.at("select-page").check();
            assertThat(window.at("selection")).containsText(openRows() + " rows selected");
            window.at("replay-selected").click();
            assertThat(window.at("plan-sum")).isVisible();
            String first = window.at("row").first().getAttribute("data-id");
            service.operator().replay(first, Duration.ofMinutes(1));
            int before = batches();

            window.confirm("ann", "INC-7");

            assertThat(window.at("dialog-error")).containsText("changed");
            assertThat(batches()).isEqualTo(before);
            window.at("dialog-reload").click();
            assertThat(window.page().locator("[data-testid=row][data-id='" + first + "']"))
                    .hasCount(0);
        }
    }

    private static int openRows() {
        return service.operator()
                .ask("compensations", "status", "OPEN")
                .path("items")
                .size();
    }

    private static int batches() {
        return service.operator().ask("compensation-batch").path("items").size();
    }
}
