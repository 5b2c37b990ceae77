package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.standin.Emulate;
import dev.registrar.standin.Exim;
import dev.registrar.standin.Localstripe;
import dev.registrar.standin.Scim2Server;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The vendors' secrets appear only in the configuration, where the same search finds them. */
final class VendorSecretsIT extends VendorTestCase {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final List<String> TABLES =
            List.of("registrations", "accounts", "commands", "compensations", "audit", "message_templates");
    private static final Map<String, String> SECRETS = Map.of(
            "Stripe key", Localstripe.SECRET_KEY,
            "SCIM token", Scim2Server.TOKEN,
            "SMTP password", Exim.PASSWORD,
            "SMTP login", "\0" + Exim.USER + "\0" + Exim.PASSWORD,
            "Twilio token", Emulate.AUTH_TOKEN,
            "Twilio credential", Emulate.ACCOUNT_SID + ":" + Emulate.AUTH_TOKEN);

    @Test
    void secretsAreNowhereButInTheConfiguration() throws Exception {
        Map<String, String> places = new LinkedHashMap<>();
        List<String> answers = new ArrayList<>();
        try (Vendors vendors = new Vendors(directory);
                RegistrarProcess service = vendors.service(directory).withEverythingLogged("everything.log")) {
            service.start();
            answers.add(settled(service, RegistrationClient.body("secret-good", vendors.goodCard())));
            answers.add(settled(service, RegistrationClient.body("secret-declined", vendors.declinedCard())));
            vendors.loseAnswers(1);
            answers.add(settled(service, RegistrationClient.body("secret-lost", vendors.goodCard())));
            vendors.heal();
            for (String page : List.of("/healthcheck", "/prometheus", "/metrics")) {
                answers.add(service.admin().get(page).toString());
            }
            answers.add(service.operator().ask("compensations").toString());
            for (String table : TABLES) {
                places.put(table, service.database().dump(table));
            }
            places.put("answers", String.join("\n", answers));
            places.put("output", service.output());
        }
        places.put("log", Files.readString(directory.resolve("everything.log"), StandardCharsets.UTF_8));

        assertThat(places.get("log")).contains("DEBUG");
        assertThat(places.get("registrations")).contains("secret-good", "secret-declined", "secret-lost");
        assertThat(places.get("message_templates")).contains("welcome-email.html", "Willkommen");
        assertThat(hits(places)).isEmpty();
        assertThat(hits(Map.of("configuration", Files.readString(directory.resolve("config.yml")))))
                .containsExactlyInAnyOrder(
                        "configuration: Stripe key",
                        "configuration: SCIM token",
                        "configuration: SMTP password",
                        "configuration: Twilio token");
        assertThat(hits(Map.of("header", basic(Emulate.ACCOUNT_SID + ":" + Emulate.AUTH_TOKEN))))
                .contains("header: Twilio credential");
    }

    private static String settled(RegistrarProcess service, String body) {
        return service.client()
                .awaitSettled(service.client().post(body).text("id"), LIMIT)
                .toString();
    }

    private static String basic(String pair) {
        return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> hits(Map<String, String> places) {
        List<String> hits = new ArrayList<>();
        places.forEach((place, content) -> {
            SECRETS.forEach((name, value) -> {
                if (Canaries.isIn(content, value)) {
                    hits.add(place + ": " + name);
                }
            });
        });
        return hits;
    }
}
