package dev.registrar.flow;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.assertions.LocatorAssertions.IsVisibleOptions;
import dev.registrar.flow.ConsoleBrowser.Window;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
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
    void nightIsRepairedByMouse() {
        repair("mouse", (window, night) -> {
            window.at("replay-all").click();
            assertPlan(window, written(night.rows()) + " open rows");
            window.confirm("ann", "INC-7");
            assertThat(window.at("now-batch").first()).isVisible();
            resends(window).click();
            assertPlan(window, written(night.texts()) + " registrations");
            window.at("confirm").click();
            window.at("nav-batches").click();
        });
    }

    @Test
    void nightIsRepairedByKeyboard() {
        repair("keyboard", (window, night) -> {
            window.press("r");
            assertPlan(window, written(night.rows()) + " open rows");
            window.page().keyboard().type("INC-7");
            window.press("Tab");
            window.page().keyboard().type("ann");
            window.press("Enter");
            assertThat(window.at("now-batch").first()).isVisible();
            window.press("m");
            assertPlan(window, written(night.texts()) + " registrations");
            window.press("Enter");
            assertThat(window.at("dialog-resend-many")).hasCount(0);
            window.press("g", "b");
        });
    }

    private static void repair(String means, BiConsumer<Window, Night> actions) {
        Night night = Night.make(service, "night-" + means + "-", REFUNDS, UNKNOWN, TEXTS);
        try (Window window = browser.window()) {
            window.open("#/now");
            assertThat(window.at("alert").first()).isVisible();
            assertThat(window.at("tile-money")).containsText(String.format(Locale.ROOT, "%,.2f USD", night.atRisk()));
            assertThat(resends(window)).isVisible();
            window.screenshot("night-" + means);

            Instant began = Instant.now();
            actions.accept(window, night);
            assertVerified(window, "replay", night.rows());
            assertVerified(window, "resend", night.texts());

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

    /** All texts failed alike: there is one. */
    private static Locator resends(Window window) {
        return window.page().locator("[data-testid^=resend-sms_]");
    }

    /** As the console writes a number. */
    private static String written(int number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** Before anybody confirms, the plan says how many there are. */
    private static void assertPlan(Window window, String items) {
        assertThat(window.at("plan-sum")).containsText(items);
    }

    /** In the list of batches, where the newest is the first. */
    private static void assertVerified(Window window, String kind, int count) {
        Locator row = window.at("row")
                .filter(new Locator.FilterOptions().setHasText(kind))
                .first();
        assertThat(row.locator("[data-state=DONE]")).isVisible(new IsVisibleOptions().setTimeout(LIMIT_MILLIS));
        assertThat(row.locator("[data-label=Verified]")).hasText(written(count));
    }
}
