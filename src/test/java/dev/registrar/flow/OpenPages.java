package dev.registrar.flow;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import dev.registrar.flow.ConsoleBrowser.Window;
import dev.registrar.flow.ConsolePages.Shown;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** All pages of the console side by side, each in a window of its own, before, in and after an outage. One thread. */
final class OpenPages implements AutoCloseable {

    private final Map<String, Shown> pages;
    private final Map<String, Window> windows = new LinkedHashMap<>();

    OpenPages(ConsoleBrowser browser, Map<String, Shown> pages) {
        this.pages = pages;
        pages.keySet().forEach(page -> windows.put(page, browser.window()));
    }

    interface Check {

        void on(String page, Window window);
    }

    void each(Check check) {
        windows.forEach(check::on);
    }

    Window window(String page) {
        return Objects.requireNonNull(windows.get(page), page);
    }

    /** The element that shows that the page has data. */
    Locator data(String page) {
        return window(page).at(Objects.requireNonNull(pages.get(page), page).data());
    }

    /** Opens all of them, without waiting for their data. */
    void open() {
        each((page, window) ->
                window.open(Objects.requireNonNull(pages.get(page), page).route()));
    }

    /** Reloads all of them, as an operator does who hopes that it helps. */
    void reload() {
        each((page, window) -> window.page().reload());
    }

    /** Waits until each shows live data, and nothing of an outage. */
    void awaitData() {
        each((page, window) -> {
            assertThat(data(page)).isVisible();
            assertThat(window.at("freshness")).hasAttribute("data-stale", "false");
            for (String sign : new String[] {"loading", "error", "stale", "banner-postgresql", "banner-temporal"}) {
                assertThat(window.at(sign)).hasCount(0);
            }
        });
    }

    /** Nothing went wrong in any of them, apart from reads that the service refused. */
    void assertNoErrors() {
        each((page, window) -> window.assertOnlyRefusals());
    }

    void screenshots(String prefix) {
        each((page, window) -> window.screenshot(prefix + "-" + page));
    }

    @Override
    public void close() {
        windows.values().forEach(Window::close);
    }
}
