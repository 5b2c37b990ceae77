package dev.registrar.flow;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import dev.registrar.flow.ConsoleBrowser.Window;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Two operators at one row, each in a browser: what they do takes effect once. */
@Tag("browser")
final class ConsoleTwoOperatorsIT {

    @RegisterExtension
    static final RequiredTool TOOL = RequiredTool.CHROMIUM;

    @TempDir
    static Path directory;

    private static RegistrarProcess service;
    private static ConsoleBrowser browser;

    private static final String OPEN = "#/compensations?status=OPEN";

    @BeforeAll
    static void start() {
        service = new RegistrarProcess(directory).withUnpackedBinaries().withUndoSoonGivenUp();
        service.start();
        UndoBacklog.make(service, "two-", 2);
        service.sandbox().noFaults();
        browser = ConsoleBrowser.of(service);
    }

    @AfterAll
    static void stop() {
        ConsoleBrowser.close(browser, service);
    }

    @Test
    void secondOperatorSeesThatTheRowHasChanged() {
        String row = openRow();
        try (Window ann = browser.window();
                Window ben = browser.window()) {
            for (Window each : List.of(ann, ben)) {
                each.open(OPEN);
                replayOf(each, row).click();
                assertThat(each.at("plan-sum")).containsText("1 row");
            }

            ann.confirm("ann", "INC-7");
            assertThat(ann.at("page-batch")).isVisible();
            ben.confirm("ben", "INC-8");

            assertThat(ben.at("dialog-error")).containsText("changed");
            assertThat(ann.at("batch-verified")).isVisible();
            ben.at("dialog-reload").click();
            assertThat(ben.at("dialog-replay")).hasCount(0);
            assertThat(rowOf(ben, row)).hasCount(0);
            ann.assertNoErrors();
        }
        assertReplayedOnce(row, "ann");
    }

    @Test
    void doubleClickActsOnce() {
        String row = openRow();
        try (Window window = browser.window()) {
            List<String> sent = new ArrayList<>();
            window.page().onRequest(request -> {
                String body = request.postData();
                if (request.url().endsWith("/tasks/compensation-replay") && body.contains("reason=")) {
                    sent.add(body);
                }
            });
            window.open(OPEN);
            replayOf(window, row).click();
            window.at("field-actor").fill("cleo");
            window.at("field-reason").fill("INC-9");
            window.at("confirm").dblclick();

            assertThat(window.at("batch-verified")).isVisible();
            assertThat(sent).singleElement().asString().contains("seenSeq=");
            window.assertNoErrors();
        }
        assertReplayedOnce(row, "cleo");
    }

    private static String openRow() {
        return service.operator()
                .ask("compensations", "status", "OPEN", "action", "refund", "limit", "1")
                .path("items")
                .path(0)
                .path("id")
                .asText();
    }

    private static Locator rowOf(Window window, String row) {
        return window.page().locator("[data-testid=row][data-id='" + row + "']");
    }

    private static Locator replayOf(Window window, String row) {
        return rowOf(window, row).getByTestId("row-replay");
    }

    /** One batch has the row, and its registration was refunded once. */
    private static void assertReplayedOnce(String row, String actor) {
        OperatorClient operator = service.operator();
        List<JsonNode> batches = new ArrayList<>();
        for (JsonNode batch : operator.ask("compensation-batch").path("items")) {
            JsonNode items = operator.batch(batch.path("batchId").asText()).path("items");
            if (items.findValuesAsText("id").contains(row)) {
                batches.add(batch);
            }
        }
        assertThat(batches).hasSize(1);
        assertThat(batches.get(0).path("actor").asText()).isEqualTo(actor);
        assertThat(service.sandbox().effects("payment.refund", "two-").values())
                .isNotEmpty()
                .containsOnly(1L);
    }
}
