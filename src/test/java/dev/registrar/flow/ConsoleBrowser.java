package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Dialog;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A real browser at the operators' page of one service. What the page writes to its console as an error, and what the
 * Content-Security-Policy blocks, is kept. One thread.
 */
final class ConsoleBrowser implements AutoCloseable {

    /** For a machine that does twenty other things. */
    private static final double PATIENCE_MILLIS = 60_000;

    private static final String REFUSED = "Failed to load resource: the server responded with a status of 50";

    private static final Path SCREENSHOTS = Path.of("target", "console");
    private static final List<String> WCAG = List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa");

    private final String origin;
    private final Playwright playwright;
    private final Browser browser;

    /** @param origin of the admin port, without a slash at the end */
    ConsoleBrowser(String origin) {
        this.origin = origin;
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
        playwright = Playwright.create(new Playwright.CreateOptions()
                .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1", "PATH", System.getenv("PATH"))));
        try {
            browser = playwright
                    .chromium()
                    .launch(new BrowserType.LaunchOptions()
                            .setExecutablePath(RequiredTool.CHROMIUM.file())
                            .setArgs(List.of("--no-sandbox", "--disable-dev-shm-usage"))
                            .setTimeout(PATIENCE_MILLIS));
        } catch (RuntimeException e) {
            playwright.close();
            throw e;
        }
    }

    /** At the admin port of this service. */
    static ConsoleBrowser of(RegistrarProcess service) {
        return new ConsoleBrowser("http://127.0.0.1:" + service.admin().port());
    }

    /** Ends both, as far as they were started. */
    static void close(@Nullable ConsoleBrowser browser, @Nullable RegistrarProcess service) {
        try {
            if (browser != null) {
                browser.close();
            }
        } finally {
            if (service != null) {
                service.close();
            }
        }
    }

    /** A window of one person: two of them share neither cookies nor storage. */
    Window window(int width, int height, ColorScheme scheme) {
        BrowserContext context = browser.newContext(
                new Browser.NewContextOptions().setViewportSize(width, height).setColorScheme(scheme));
        context.setDefaultTimeout(PATIENCE_MILLIS);
        return new Window(context.newPage());
    }

    Window window() {
        return window(1280, 900, ColorScheme.LIGHT);
    }

    @Override
    public void close() {
        playwright.close();
    }

    /** One window, with the errors of its page. */
    final class Window implements AutoCloseable {

        private final Page page;
        private final List<String> errors = new CopyOnWriteArrayList<>();

        private Window(Page page) {
            this.page = page;
            page.onPageError(errors::add);
            page.onDialog(this::refuse);
            page.onConsoleMessage(message -> {
                if (message.type().equals("error")) {
                    errors.add(message.text() + " at " + message.location());
                }
            });
        }

        /** The console opens no dialog of the browser: only a script that should not run does. */
        private void refuse(Dialog dialog) {
            errors.add("a dialog of the browser: " + dialog.message());
            dialog.dismiss();
        }

        Page page() {
            return page;
        }

        /** The elements with this {@code data-testid}. */
        Locator at(String testId) {
            return page.getByTestId(testId);
        }

        /** Fills in who acts and why, and confirms the dialog that is open, once its plan is there. */
        void confirm(String actor, String reason) {
            at("field-actor").fill(actor);
            at("field-reason").fill(reason);
            at("confirm").click();
        }

        void press(String... keys) {
            for (String key : keys) {
                page.keyboard().press(key);
            }
        }

        /** Opens a route of the page, such as {@code #/registrations}. */
        Window open(String route) {
            page.navigate(origin + "/console/" + route);
            return this;
        }

        /** What went wrong in the page so far. */
        List<String> errors() {
            return List.copyOf(errors);
        }

        void assertNoErrors() {
            assertThat(errors).isEmpty();
        }

        /** Nothing went wrong apart from requests that the service refused in an outage: the browser itself reports those. */
        void assertOnlyRefusals() {
            assertThat(errors).allSatisfy(error -> assertThat(error).startsWith(REFUSED));
        }

        /** Violations of WCAG 2.2 AA in the page as it is now, one line each. */
        List<String> violations() {
            return violations(new AxeBuilder(page).withTags(WCAG));
        }

        /** Texts that have too little contrast, one line each: all that a colour scheme changes. */
        List<String> faintTexts() {
            return violations(new AxeBuilder(page).withRules(List.of("color-contrast")));
        }

        /** There are no frames: one page is all that has to be looked at, and the rest takes seconds. */
        private static List<String> violations(AxeBuilder axe) {
            return axe.setLegacyMode(true).analyze().getViolations().stream()
                    .map(ConsoleBrowser::describe)
                    .toList();
        }

        /** Writes {@code target/console/NAME.png}: the whole page. */
        Path screenshot(String name) {
            Path file = SCREENSHOTS.resolve(name + ".png");
            page.screenshot(new Page.ScreenshotOptions().setPath(file).setFullPage(true));
            return file;
        }

        @Override
        public void close() {
            page.context().close();
        }
    }

    private static String describe(Rule rule) {
        StringBuilder text = new StringBuilder(rule.getId() + ": " + rule.getHelp());
        rule.getNodes().forEach(node -> text.append("\n  ").append(node.getHtml()));
        return text.toString();
    }
}
