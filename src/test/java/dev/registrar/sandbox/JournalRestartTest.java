package dev.registrar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.sandbox.SandboxClient.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;

final class JournalRestartTest extends SandboxTestCase {

    @Test
    void restartKeepsStateKeysLedgerAndSequence() throws Exception {
        Answer profile = client.createProfile("u-1", "profile:1");
        client.call("PATCH", "/profile/profiles/u-1", "{\"phoneNumber\": \"+14155550101\"}");
        client.createProfile("u-2", "profile:2");
        client.call("DELETE", "/profile/profiles/u-2", "");
        Answer charge = client.charge("u-1", "pm_card_ok", "charge:1");
        client.refund(charge.json().path("transactionId").asText(), "9.90", "refund:1");
        Answer read = client.get("/profile/profiles/u-1");
        JsonNode ledger = client.ledger("");
        JsonNode summary = client.get("/sandbox/summary").json();

        restart();

        assertThat(client.ledger("")).isEqualTo(ledger);
        assertThat(client.get("/sandbox/summary").json()).isEqualTo(summary);
        Answer readAgain = client.get("/profile/profiles/u-1");
        assertThat(readAgain.text()).isEqualTo(read.text());
        assertThat(readAgain.header("ETag")).isEqualTo(read.header("ETag"));
        assertThat(client.get("/profile/profiles/u-2").status()).isEqualTo(404);
        Answer replayed = client.createProfile("u-1", "profile:1");
        assertThat(replayed.text()).isEqualTo(profile.text());
        assertThat(replayed.header("ETag")).isEqualTo(profile.header("ETag"));
        assertThat(client.charge("u-1", "pm_card_ok", "charge:1").text()).isEqualTo(charge.text());
        assertThat(client.ledger("?after=" + ledger.size()).findValuesAsText("seq"))
                .first()
                .isEqualTo(String.valueOf(ledger.size() + 1));
    }

    @Test
    void restartKeepsHowFarATokenHasCome() throws Exception {
        client.charge("u-1", "pm_pending_then_ok", "charge:1");
        String failing = client.charge("u-2", "pm_refund_fails_3", "charge:2")
                .json()
                .path("transactionId")
                .asText();
        client.payments("charge:1");
        client.refund(failing, "1", "refund:2");
        client.refund(failing, "1", "refund:2");

        restart();

        assertThat(client.payments("charge:1").path(0).path("status").asText()).isEqualTo("pending");
        assertThat(client.payments("charge:1").path(0).path("status").asText()).isEqualTo("succeeded");
        assertThat(client.refund(failing, "1", "refund:2").status()).isEqualTo(500);
        assertThat(client.refund(failing, "1", "refund:2").status()).isEqualTo(201);
    }

    @Test
    void tornLastLineIsDroppedAndTheFileGoesOnBehindTheLastWholeOne() throws Exception {
        charged("u-1");
        server.stop();
        Files.writeString(journal(), "{\"entry\":{\"seq\":2,\"at\":17", StandardOpenOption.APPEND);

        startSandbox();
        charged("u-2");
        restart();

        assertThat(client.ledger("").findValuesAsText("seq")).containsExactly("1", "2");
        assertThat(client.charge("u-2", "pm_card_ok", "charge:u-2").header("Idempotent-Replayed"))
                .isEqualTo("true");
    }

    @Test
    void lineThatIsBrokenInTheMiddleStopsTheStartWithItsNumber() throws Exception {
        charged("u-1");
        server.stop();
        List<String> lines = Files.readAllLines(journal());
        Files.writeString(journal(), "{\"entry\":\n" + lines.get(0) + "\n");

        assertThatThrownBy(() -> server.start()).hasMessageContaining("line 1 is not readable");

        Files.write(journal(), lines);
        startSandbox();
        assertThat(client.ledger("")).hasSize(1);
    }

    @Test
    void lateEffectHappensThoughTheSandboxWasRestarted() throws Exception {
        client.faults("[{\"service\": \"payment\", \"kind\": \"late\", \"operation\": \"charge\", \"millis\": 700}]");
        assertThatThrownBy(() -> client.charge("u-1", "pm_card_ok", "charge:1")).isInstanceOf(IOException.class);

        restart();

        assertThat(client.charge("u-1", "pm_card_ok", "charge:1").status()).isEqualTo(409);
        assertThat(client.payments("charge:1")).isEmpty();
        SandboxClient.eventually(() -> client.payments("charge:1").size() == 1);
        restart();
        assertThat(client.charge("u-1", "pm_card_ok", "charge:1").header("Idempotent-Replayed"))
                .isEqualTo("true");
        assertThat(client.payments("charge:1")).hasSize(1);
    }

    @Test
    void secondSandboxOnTheSameDirectoryIsRefusedInOneSentence() {
        SandboxServer second = new SandboxServer(configuration(directory), clock);

        assertThatThrownBy(second::start).hasMessageContaining("another sandbox uses");
    }

    @Test
    void portInUseStopsTheStartAndLeavesTheDirectoryFree() throws Exception {
        Path other = directory.resolve("other");
        SandboxConfiguration taken = new SandboxConfiguration(true, server.port(), null, other, null, null, null);

        assertThatThrownBy(() -> new SandboxServer(taken, clock).start()).hasMessageContaining("bind");

        SandboxServer free = new SandboxServer(configuration(other), clock);
        free.start();
        free.stop();
    }

    @Test
    void longJournalIsReadAcrossItsBlocks() throws Exception {
        String name = "n".repeat(1_900);
        String body = SandboxClient.profile("u", "r").replace("Ada Lovelace", name);
        for (int i = 0; i < 400; i++) {
            client.call(
                    "POST", "/profile/profiles", body.replace("\"u\"", "\"u-" + i + "\""), "Idempotency-Key", "k" + i);
        }
        assertThat(Files.size(journal())).isGreaterThan(1 << 20);

        restart();

        assertThat(client.ledger("")).hasSize(400);
        for (int i = 0; i < 400; i += 57) {
            Answer replayed = client.call(
                    "POST", "/profile/profiles", body.replace("\"u\"", "\"u-" + i + "\""), "Idempotency-Key", "k" + i);
            assertThat(replayed.header("Idempotent-Replayed")).isEqualTo("true");
            assertThat(replayed.json().path("userId").asText()).isEqualTo("u-" + i);
            assertThat(replayed.json().path("fullName").asText()).isEqualTo(name);
        }
    }

    private Path journal() {
        return directory.resolve("journal.jsonl");
    }
}
