package dev.registrar.flow;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.assertions.LocatorAssertions.IsVisibleOptions;
import com.microsoft.playwright.options.AriaRole;
import dev.registrar.flow.ConsoleBrowser.Window;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A night of outages, repaired in the console by mouse, and by keyboard alone: five actions each. {@code -Dnight.refunds=1000} is a
 * bad night.
 */
@Tag("browser")
final class ConsoleNightIT {

    private static final int REFUNDS = Integer.getInteger("night.refunds", 20);
    private static final int UNKNOWN = 4;
    private static final int TEXTS = 4;
    private static final double LIMIT_MILLIS = Duration.ofMinutes(5).toMillis();

    @RegisterExtension
    static final RequiredTool TOOL = RequiredTool.CHROMIUM;

    @TempDir
    Path directory;

    @Test
    void nightIsRepairedByMouse() {
        repair("mouse", (window, night) -> {
            window.at("replay-all").click();
            assertRows(window, night.rows(), "open row");
            window.confirm("ann", "INC-7");
            assertThat(window.at("now-batch")).isVisible();
            window.at("resend-sms_unavailable").click();
            assertRows(window, night.texts(), "registration");
            window.at("confirm").click();
            window.at("nav-batches").click();
        });
    }

    @Test
    void nightIsRepairedByKeyboard() {
        repair("keyboard", (window, night) -> {
            window.press("r");
            assertRows(window, night.rows(), "open row");
            window.page().keyboard().type("INC-7");
            window.press("Tab");
            window.page().keyboard().type("ann");
            window.press("Enter");
            assertThat(window.at("now-batch")).isVisible();
            window.press("m");
            assertRows(window, night.texts(), "registration");
            window.press("Enter");
            assertThat(window.at("dialog-resend-many")).hasCount(0);
            window.press("g", "b");
        });
    }

    private void repair(String means, BiConsumer<Window, Night> actions) {
        try (RegistrarProcess service =
                new RegistrarProcess(directory).withUnpackedBinaries().withUndoSoonGivenUp()) {
            service.start();
            Night night = Night.make(service, REFUNDS, UNKNOWN, TEXTS);
            try (ConsoleBrowser browser = new ConsoleBrowser(
                            "http://127.0.0.1:" + service.admin().port());
                    Window window = browser.window()) {
                window.open("#/now");
                assertThat(window.at("alert").first()).isVisible();
                assertThat(window.at("tile-money")).containsText(night.atRisk().toPlainString());
                assertThat(window.at("resend-sms_unavailable")).isVisible();
                window.screenshot("night-" + means);

                Instant began = Instant.now();
                actions.accept(window, night);
                assertDone(window, "replay", night.rows());
                assertDone(window, "resend", night.texts());

                System.out.printf(
                        "MEASURED night: %d rows and %d texts repaired in the console by %s in %d ms%n",
                        night.rows(),
                        night.texts(),
                        means,
                        Duration.between(began, Instant.now()).toMillis());
                night.awaitRepaired();
                night.awaitTexts();
                night.assertNoDoubleEffects();
                window.press("g", "n");
                assertThat(window.at("repair-empty")).isVisible();
                assertThat(window.at("tile-money")).containsText("none");
                window.screenshot("night-" + means + "-repaired");
                window.assertNoErrors();
            }
        }
    }

    /** The plan names how many there are before anybody confirms. */
    private static void assertRows(Window window, int count, String what) {
        assertThat(window.at("plan-sum")).containsText(count + " " + what + "s");
    }

    private static void assertDone(Window window, String kind, int count) {
        Locator row = window.at("row").filter(new Locator.FilterOptions().setHasText(kind));
        assertThat(row.locator("[data-state=DONE]")).isVisible(new IsVisibleOptions().setTimeout(LIMIT_MILLIS));
        assertThat(row.getByRole(AriaRole.CELL).nth(3)).hasText(Integer.toString(count));
    }
}
