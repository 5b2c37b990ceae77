package dev.registrar.flow;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.options.Cookie;
import com.microsoft.playwright.options.SameSiteAttribute;
import dev.registrar.access.TestApiKeys;
import dev.registrar.flow.ConsoleBrowser.Window;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The sign-in of the console with API keys, and what an operator and an auditor may do then; nothing has happened yet. */
@Tag("browser")
final class ConsoleSignInIT {

    @RegisterExtension
    static final RequiredTool TOOL = RequiredTool.CHROMIUM;

    @TempDir
    static Path directory;

    private static RegistrarProcess service;
    private static ConsoleBrowser browser;

    private static final String OPERATOR = "rk_" + "OperatorBrowser1".repeat(3);
    private static final String AUDITOR = "rk_" + "AuditorInBrowser".repeat(3);
    private static final List<String> PAGES = List.of(
            "now",
            "failures",
            "registrations",
            "compensations",
            "batches",
            "services",
            "workers",
            "reconcile",
            "audit");

    @BeforeAll
    static void start() {
        service = new RegistrarProcess(directory)
                .withUnpackedBinaries()
                .withOperatorKey(TestApiKeys.hash(OPERATOR))
                .withAuditorKey(TestApiKeys.hash(AUDITOR));
        service.start();
        browser = ConsoleBrowser.of(service);
    }

    @AfterAll
    static void stop() {
        ConsoleBrowser.close(browser, service);
    }

    @Test
    void keyIsExchangedForACookieThatNoScriptReads() {
        try (Window window = browser.window()) {
            window.open("#/compensations?status=OPEN");
            assertThat(window.at("sign-in-key")).isVisible();
            assertThat(window.violations()).isEmpty();
            window.screenshot("sign-in");

            signIn(window, OPERATOR + "x");
            assertThat(window.at("sign-in-error")).not().isEmpty();
            assertThat(window.page().context().cookies()).isEmpty();
            signIn(window, OPERATOR);

            assertThat(window.at("page-compensations")).isVisible();
            assertThat(window.at("user")).containsText("ops");
            Cookie cookie = window.page().context().cookies().get(0);
            assertThat(cookie.httpOnly).isTrue();
            assertThat(cookie.sameSite).isEqualTo(SameSiteAttribute.STRICT);
            assertThat(cookie.value).doesNotContain("Operator");
            assertThat(window.page().evaluate("() => document.cookie")).isEqualTo("");
            assertThat(window.page()
                            .evaluate("() => JSON.stringify([{...localStorage}, {...sessionStorage}])")
                            .toString())
                    .doesNotContain(OPERATOR);

            window.page().reload();
            assertThat(window.at("user")).containsText("ops");
            window.at("sign-out").click();
            assertThat(window.at("sign-in-key")).isVisible();
            assertThat(window.page().context().cookies()).isEmpty();
            window.page().reload();
            assertThat(window.at("sign-in-key")).isVisible();
        }
    }

    @Test
    void operatorActsUnderTheIdOfTheKey() {
        try (Window window = browser.window()) {
            window.open("#/workers");
            signIn(window, OPERATOR);
            window.at("worker-pause").click();
            window.at("field-reason").fill("INC-7");
            window.at("confirm").click();
            window.at("worker-resume").click();
            window.at("confirm").click();
            assertThat(window.at("worker-pause")).isVisible();

            window.at("nav-audit").click();
            assertThat(window.at("row").first().locator("[data-label=Actor]")).hasText("ops");
            assertThat(window.at("row").first().locator("[data-label=Reason]")).hasText("INC-7");
        }
    }

    @Test
    void auditorReadsEveryPageAndCannotAct() {
        try (Window window = browser.window()) {
            window.open("#/now");
            signIn(window, AUDITOR);
            assertThat(window.at("user")).containsText("revision");
            int before = window.errors().size();
            for (String page : PAGES) {
                window.open("#/" + page);
                assertThat(window.at("page-" + page)).isVisible();
                assertThat(window.at("read-only")).isVisible();
                assertThat(window.at("loading")).hasCount(0);
                assertThat(window.at("error")).hasCount(0);
                assertThat(window.page()
                                .locator("main [data-testid^=replay], main [data-testid^=force-],"
                                        + " main [data-testid^=worker-], main [data-testid^=reconcile-]"))
                        .hasCount(0);
                assertThat(window.violations()).as(page).isEmpty();
                window.screenshot(page + "-empty");
            }
            assertThat(window.errors()).hasSize(before);

            Object status = window.page().evaluate("""
                    async () => (await fetch('../tasks/worker', {method: 'POST',
                        body: new URLSearchParams({action: 'pause', reason: 'INC-7'})})).status
                    """);
            assertThat(status).isEqualTo(403);
        }
    }

    private static void signIn(Window window, String key) {
        window.at("sign-in-key").fill(key);
        window.at("sign-in-submit").click();
    }
}
