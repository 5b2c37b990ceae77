package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A scrape shows what the documentation says, and its size is limited. */
@Tag("integration")
final class MetricsIT {

    @RegisterExtension
    static final SharedRegistrar REGISTRAR = new SharedRegistrar();

    private static final int REGISTRATIONS = 1_000;
    private static final int AT_ONCE = 50;

    private static MetricsPage scrape() {
        return new MetricsPage(
                REGISTRAR.service().admin().get("/prometheus").response().body());
    }

    @Test
    void everyMetricOfOursIsDocumentedWithItsTypeAndLabelsAndIsThereFromTheStart() throws IOException {
        MetricsPage page = scrape();
        Map<String, String> scraped = new TreeMap<>();
        page.types("registrar_").forEach((name, type) -> {
            if (!name.endsWith("_max")) {
                scraped.put(type.equals("counter") ? name.replaceAll("_total$", "") : name, type);
            }
        });
        Map<String, String> told = MetricsDocument.rows().stream()
                .collect(Collectors.toMap(MetricsDocument.Row::family, MetricsDocument.Row::type));

        assertThat(scraped).isNotEmpty().isEqualTo(told);
        for (MetricsDocument.Row row : MetricsDocument.rows()) {
            assertThat(page.labels(row.name())).as("labels of %s", row.name()).isEqualTo(row.labels());
        }
    }

    @Test
    void scrapeStaysSmallAfterAThousandRegistrationsOverAllOutcomes() {
        List<String> methods =
                List.of("pm_card_ok", "pm_card_ok", "pm_card_ok", "pm_card_declined", "pm_timeout_after_charge");
        for (int from = 0; from < REGISTRATIONS; from += AT_ONCE) {
            List<CompletableFuture<WebClient.Answer>> posted = new ArrayList<>();
            for (int i = from; i < from + AT_ONCE; i++) {
                String method = methods.get(i % methods.size());
                posted.add(REGISTRAR.client().postLater(RegistrationClient.body("scrape-" + i, method)));
            }
            posted.forEach(answer -> assertThat(answer.join().status()).isEqualTo(202));
        }
        Poll.until(
                "all have ended",
                Duration.ofMinutes(2),
                () -> {
                    Map<String, Long> statuses = REGISTRAR.database().statuses("scrape-");
                    return Set.of("COMPLETED", "FAILED").containsAll(statuses.keySet());
                },
                () -> REGISTRAR.database().statuses("scrape-").toString());

        List<Duration> took = new ArrayList<>();
        MetricsPage page = scrape();
        for (int i = 0; i < 5; i++) {
            took.add(REGISTRAR.service().admin().get("/prometheus").took());
        }

        System.out.printf(
                "MEASURED scrape after %d registrations: %d bytes, %d series, fastest of %d %d ms%n",
                REGISTRATIONS,
                page.bytes(),
                page.series(),
                took.size(),
                took.stream().min(Duration::compareTo).orElseThrow().toMillis());
        assertThat(page.bytes()).isLessThan(400_000);
        assertThat(page.sum("registrar_registrations_ended_total", "status=\"FAILED\""))
                .isPositive();
        assertThat(REGISTRAR.database().statuses("scrape-").values().stream().collect(Collectors.summingLong(n -> n)))
                .isEqualTo(REGISTRATIONS);
    }
}
