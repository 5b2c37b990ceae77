package dev.registrar.flow;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions.IsVisibleOptions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Sizes;
import dev.registrar.flow.ConsoleBrowser.Window;
import dev.registrar.flow.ConsolePages.Shown;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Every page of the console after a night of outages: as it is, with hostile text, and in its other states. */
@Tag("browser")
final class ConsoleIT {

    /** Also writes the pictures that docs/console.md and README.md show. */
    private static final boolean SCREENSHOTS = Boolean.getBoolean("console.screenshots");

    private static final String HOSTILE = "<img src=x onerror=alert(1)>\"'&<script>alert(2)</script>";
    private static final String HOSTILE_USER = "hostile-1";
    private static final int NARROW = 360;
    private static final int FIRST_VIEW_BYTES = 150_000;

    /** A refund that the gateway answered with 503, or that a breaker refused by then. */
    private static final Pattern FAILED_ATTEMPT =
            Pattern.compile("#\\d+ ?.*(unknown ?HTTP 503.*|not sent ?breaker_open)");

    @RegisterExtension
    static final RequiredTool TOOL = RequiredTool.CHROMIUM;

    @TempDir
    static Path directory;

    private static RegistrarProcess service;
    private static ConsoleBrowser browser;
    /** The route of each page, with the element that shows that it has data. */
    private static final Map<String, Shown> PAGES = new LinkedHashMap<>();

    @BeforeAll
    static void makeTheNight() {
        service = new RegistrarProcess(directory)
                .withUnpackedBinaries()
                .withUndoSoonGivenUp()
                .withRunbooks("https://docs.example.com/registrar/");
        service.start();
        Night.make(service, 6, 2, 2);
        OperatorClient operator = service.operator();
        String hostile = registerHostile();
        operator.ask("notification-resend", "id", hostile, "n", "1", "actor", HOSTILE, "reason", HOSTILE);
        PAGES.putAll(ConsolePages.of(service, HOSTILE, HOSTILE));
        PAGES.put("hostile", new Shown("#/registrations/" + hostile, "command-table"));
        browser = ConsoleBrowser.of(service);
    }

    private static String registerHostile() {
        String text = HOSTILE.replace("\"", "\\\"");
        String body = RegistrationClient.body(HOSTILE_USER)
                .replace("Ada Lovelace", text)
                .replace("Annual plan", text)
                .replace("\"newsletter\": true", "\"note\": \"" + text + "\"");
        WebClient.Answer answer = service.client().post(body);
        assertThat(answer.status()).as("%s", answer).isEqualTo(202);
        service.client().awaitSettled(answer.text("id"), Duration.ofMinutes(1));
        return answer.text("id");
    }

    @AfterAll
    static void stop() {
        ConsoleBrowser.close(browser, service);
    }

    private static Shown shown(String page) {
        return Objects.requireNonNull(PAGES.get(page), page);
    }

    @Test
    void everyPageIsAccessibleInLight() {
        checkPages(1280, ColorScheme.LIGHT, "light");
    }

    @Test
    void everyPageIsLegibleInDark() {
        checkPages(1280, ColorScheme.DARK, "dark");
    }

    @Test
    void everyPageFitsOnATelephone() {
        checkPages(NARROW, ColorScheme.LIGHT, "narrow");
    }

    private static void checkPages(int width, ColorScheme scheme, String name) {
        List<String> found = new ArrayList<>();
        try (Window window = browser.window(width, 900, scheme)) {
            PAGES.forEach((page, shown) -> {
                show(window, shown);
                (scheme == ColorScheme.DARK ? window.faintTexts() : window.violations())
                        .forEach(violation -> found.add(page + ": " + violation));
                Object over = window.page()
                        .evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
                if (!over.equals(0)) {
                    found.add(page + " is wider than the window by " + over);
                }
                window.screenshot(page + "-" + name);
                if (SCREENSHOTS && scheme == ColorScheme.LIGHT && width > NARROW) {
                    publish(window, page);
                }
            });
            found.addAll(window.errors());
        }
        assertThat(found).isEmpty();
    }

    /** What a person sees of it at once; the whole page would be a larger file. */
    private static void publish(Window window, String page) {
        if (List.of("now", "compensations", "registration").contains(page)) {
            window.page()
                    .screenshot(new Page.ScreenshotOptions()
                            .setPath(Path.of("docs", "images", "console-" + page + ".png")));
        }
    }

    private static void show(Window window, Shown shown) {
        window.open(shown.route());
        assertThat(window.at(shown.data())).isVisible();
        assertThat(window.at("loading")).hasCount(0);
    }

    @Test
    void axeFindsAPlantedViolation() {
        try (Window window = browser.window()) {
            show(window, shown("now"));
            window.page().evaluate("() => document.querySelector('main').append(document.createElement('img'))");

            assertThat(window.violations()).singleElement().asString().startsWith("image-alt");
        }
    }

    @Test
    void hostileTextIsShownAsText() {
        try (Window window = browser.window()) {
            PAGES.forEach((page, shown) -> {
                show(window, shown);
                assertThat(window.page().locator("main img, main script, nav img"))
                        .hasCount(0);
            });
            for (String page : List.of("batches", "batch", "audit", "hostile")) {
                show(window, shown(page));
                assertThat(window.page().locator("main")).containsText(HOSTILE);
            }
            window.at("reveal").click();
            window.confirm(HOSTILE, HOSTILE);
            assertThat(window.at("hide-data")).isVisible();
            assertThat(window.at("personal-data").getByText(HOSTILE)).hasCount(3);
            window.at("inquire").click();
            assertThat(window.at("inquiry-table")).isVisible();
            assertThat(window.page().locator("img")).hasCount(0);
            window.assertNoErrors();
        }
    }

    @Test
    void failedAttemptsOfAnUndoAreListed() {
        try (Window window = browser.window()) {
            show(window, shown("registration"));
            Locator attempts = window.at("undo-table").locator("details");
            attempts.locator("summary").click();

            assertThat(attempts.locator("[data-testid=attempt]").first()).hasText(FAILED_ATTEMPT);
            assertThat(window.at("gantt-undo").locator(".mark").first())
                    .hasAttribute("title", Pattern.compile(".* attempt \\d+: (unknown|not sent).*"));
            assertThat(window.violations()).isEmpty();
            window.assertNoErrors();
        }
    }

    @Test
    void plantedInlineScriptIsBlocked() {
        String script = "document.documentElement.dataset.planted = 'yes'";

        assertThat(planted("<script>" + script + "</script>", script)).isEmpty();
        assertThat(planted("<script src=\"js/planted.js\"></script>", script)).isEqualTo("yes");
    }

    /** Adds an element to the page under way, and returns whether its script ran. */
    private static String planted(String element, String file) {
        try (Window window = browser.window()) {
            window.page()
                    .route(
                            "**/js/planted.js",
                            route -> route.fulfill(new Route.FulfillOptions()
                                    .setContentType("text/javascript")
                                    .setBody(file)));
            window.page().route("**/console/", route -> {
                APIResponse page = route.fetch();
                route.fulfill(new Route.FulfillOptions()
                        .setResponse(page)
                        .setBody(page.text().replace("</body>", element + "</body>")));
            });
            show(window, shown("now"));
            assertThat(window.page().content()).contains(element);
            String ran = String.valueOf(window.page().evaluate("() => document.documentElement.dataset.planted ?? ''"));
            if (ran.isEmpty()) {
                assertThat(window.errors()).singleElement().asString().contains("Content Security Policy");
            } else {
                window.assertNoErrors();
            }
            return ran;
        }
    }

    @Test
    void firstViewIsSmallAndFast() {
        try (Window window = browser.window()) {
            List<Response> responses = new ArrayList<>();
            window.page().onResponse(responses::add);
            long began = System.nanoTime();
            window.open("");
            assertThat(window.at("tiles")).isVisible();
            long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
            assertThat(window.at("plots")).isVisible();
            assertThat(window.page().locator("[data-testid^=messages-sms_]")).isVisible();

            long bytes = 0;
            for (Response response : List.copyOf(responses)) {
                bytes += transferred(response.request());
            }
            System.out.printf(
                    "MEASURED console: first view after %d ms, %d bytes in %d responses%n",
                    millis, bytes, responses.size());
            assertThat(responses).hasSizeGreaterThan(15);
            assertThat(bytes).isBetween(20_000L, (long) FIRST_VIEW_BYTES);
            window.assertNoErrors();
        }
    }

    private static long transferred(Request request) {
        Sizes sizes = request.sizes();
        return (long) sizes.responseBodySize + sizes.responseHeadersSize;
    }

    @Test
    void pageThatCannotBeReadSaysWhyAndTriesAgain() {
        try (Window window = browser.window()) {
            Page page = window.page();
            page.route(
                    "**/console/api/registrations?*",
                    route -> route.fulfill(new Route.FulfillOptions()
                            .setStatus(503)
                            .setContentType("application/json")
                            .setBody("{\"error\": \"PostgreSQL does not answer.\"}")));
            window.open("#/registrations");
            assertThat(window.at("error")).containsText("PostgreSQL does not answer.");

            page.unrouteAll();
            window.at("retry").click();
            assertThat(window.at("registrations")).isVisible();
            assertThat(window.at("error")).hasCount(0);
        }
    }

    @Test
    void pageIsLoadingUntilItsDataIsThereAndStaleWhenNoMoreComes() {
        try (Window window = browser.window()) {
            List<Route> held = new ArrayList<>();
            window.page().route("**/console/api/now", held::add);
            window.open("#/now");
            assertThat(window.at("loading")).isVisible();
            assertThat(window.at("tiles")).hasCount(0);

            window.page().unroute("**/console/api/now");
            held.forEach(Route::resume);
            assertThat(window.at("tiles")).isVisible();
            assertThat(window.at("freshness")).hasAttribute("data-stale", "false");

            window.page().route("**/console/api/now", Route::abort);
            assertThat(window.at("stale")).isVisible(new IsVisibleOptions().setTimeout(60_000));
            assertThat(window.at("freshness")).hasAttribute("data-stale", "true");
            assertThat(window.violations()).isEmpty();
            window.screenshot("now-stale");

            window.page().unrouteAll();
            window.at("retry").click();
            assertThat(window.at("freshness")).hasAttribute("data-stale", "false");
        }
    }

    @Test
    void alertLinksToItsRunbook() {
        try (Window window = browser.window()) {
            show(window, shown("now"));

            assertThat(window.page()
                            .locator("[data-name=RegistrarCompensationFailed]")
                            .getByText("Runbook"))
                    .hasAttribute("href", "https://docs.example.com/registrar/alerts.md#registrarcompensationfailed");
        }
    }

    @Test
    void detailOfAnAuditEntrySaysWhatItsNumbersAre() {
        try (Window window = browser.window()) {
            show(window, shown("audit"));

            assertThat(window.page().locator("[data-label=Detail]").getByText("1 item, 5 a second"))
                    .isVisible();
        }
    }

    @Test
    void planOfAResendSaysWhichMessagesItLeavesOutAndLeadsToThem() {
        try (Window window = browser.window()) {
            window.open("#/registrations?errorCode=sms_unavailable&createdAfter=2026-01-01T00:00:00Z");
            window.at("resend-all").click();
            assertThat(window.at("plan-empty")).isVisible();
            assertThat(window.at("plan")).containsText("registrations accepted after 2026-01-01T00:00:00Z");
            assertThat(window.at("plan-unknown")).containsText("2 messages of unknown outcome are left out");
            window.screenshot("resend-unknown");

            window.at("plan-unknown").getByText("sms_unknown").click();
            assertThat(window.at("dialog-resend-many")).hasCount(0);
            assertThat(window.at("row")).hasCount(2);
            window.at("resend-all").click();
            assertThat(window.at("plan-sum")).containsText("2 registrations");
            assertThat(window.at("plan-unknown")).hasCount(0);
            window.assertNoErrors();
        }
    }

    @Test
    void pausedWorkerIsSeenOnEveryPage() {
        try (Window window = browser.window()) {
            window.open("#/workers");
            window.at("worker-pause").click();
            window.confirm("ann", "INC-7");
            assertThat(window.at("worker-resume")).isVisible();

            window.at("nav-now").click();
            assertThat(window.at("banner-worker")).isVisible();
            window.at("nav-audit").click();
            assertThat(window.at("banner-worker")).isVisible();

            window.at("nav-workers").click();
            window.at("worker-resume").click();
            window.at("confirm").click();
            assertThat(window.at("worker-pause")).isVisible();
            window.assertNoErrors();
        } finally {
            service.operator().change("worker", "action", "resume");
        }
    }

    @Test
    void unknownRegistrationIsNotFound() {
        try (Window window = browser.window()) {
            window.open("#/registrations/00000000-0000-4000-8000-000000000000");

            assertThat(window.at("error")).containsText("Not found");
            assertThat(window.violations()).isEmpty();
        }
    }
}
