package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Repairs that are killed, requested twice, given false responses, paused or cancelled. */
@Tag("faults")
final class RepairUnderFireIT {

    private static final int COUNT = 40;
    private static final int FEW = 8;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir
    Path directory;

    /** One per test: a replay takes all open rows, including those of other tests. */
    @SuppressWarnings("NullAway.Init")
    private RegistrarProcess service;

    @BeforeEach
    void start() {
        service = new RegistrarProcess(directory).withUnpackedBinaries().withUndoSoonGivenUp();
        try {
            service.start();
        } catch (RuntimeException | AssertionError e) {
            service.close();
            throw e;
        }
    }

    @AfterEach
    void end() {
        service.close();
    }

    private OperatorClient operator() {
        return service.operator();
    }

    private UndoBacklog backlog(String prefix, int count) {
        UndoBacklog backlog = UndoBacklog.make(service, prefix, count);
        service.sandbox().noFaults();
        return backlog;
    }

    private void lie(String provider, String operation) {
        service.sandbox().faults("""
                [{"service": "%s", "operation": "%s", "kind": "lie"}]""".formatted(provider, operation));
    }

    private JsonNode await(String batchId, String state) {
        JsonNode batch = operator().awaitBatch(batchId, LIMIT);
        assertThat(batch.path("state").asText()).as("%s", batch).isEqualTo(state);
        return batch;
    }

    private void awaitVerified(String batchId, int atLeast) {
        Poll.until(
                atLeast + " are verified",
                LIMIT,
                () -> operator().batch(batchId).path("verified").asInt() >= atLeast,
                () -> operator().batch(batchId).toString());
    }

    private static void assertVerified(JsonNode batch, int count) {
        assertThat(batch.findValuesAsText("result"))
                .as("%s", batch)
                .hasSize(count)
                .containsOnly("VERIFIED");
    }

    @Test
    void batchGoesOnAfterAKillThatTookItsWorkflowAlong() {
        UndoBacklog backlog = backlog("fire-kill-", COUNT);
        // Slow enough that a busy machine does not finish it before the kill.
        String batchId = operator().replay("refund", "rate", "5");
        awaitVerified(batchId, 10);

        service.kill();
        int refunded = backlog.statuses().getOrDefault("CANCELLED", 0L).intValue();
        service.start();
        Instant back = Instant.now();
        JsonNode batch = await(batchId, "DONE");

        System.out.printf(
                "MEASURED repair: killed with %d of %d done, the rest done %d ms after the restart%n",
                refunded, COUNT, Duration.between(back, Instant.now()).toMillis());
        assertThat(refunded).isBetween(10, COUNT - 5);
        assertVerified(batch, COUNT);
        backlog.assertUndone();
    }

    @Test
    void replayAskedForTwiceAtOnceHasOneEffect() {
        UndoBacklog backlog = backlog("fire-twice-", COUNT);

        List<CompletableFuture<String>> asked = Stream.of(1, 2)
                .map(i -> CompletableFuture.supplyAsync(() -> operator().replay("refund", "rate", "100")))
                .toList();
        List<String> batches = asked.stream().map(CompletableFuture::join).toList();

        assertThat(batches).doesNotHaveDuplicates();
        int verified = 0;
        for (String batchId : batches) {
            JsonNode batch = await(batchId, "DONE");
            verified += batch.path("verified").asInt();
            // A row that the other batch closed first is ALREADY_CLOSED; otherwise both share the result.
            assertThat(batch.path("verified").asInt()
                            + batch.path("alreadyClosed").asInt())
                    .as("%s", batch)
                    .isEqualTo(COUNT);
        }
        assertThat(verified).isGreaterThanOrEqualTo(COUNT);
        backlog.assertUndone();
    }

    @Test
    void refundThatIsOnlySaidToBeDoneStaysOpenAndStopsTheBatchAtItsFirstRow() {
        UndoBacklog backlog = backlog("fire-refund-lie-", FEW);
        lie("payment", "refund");

        String batchId = operator().replay("refund", "rate", "100");
        JsonNode stopped = await(batchId, "STOPPED");

        assertThat(stopped.path("items").path(0).path("result").asText()).isEqualTo("STILL_FAILING");
        assertThat(stopped.path("waiting").asInt()).isEqualTo(FEW - 1);
        assertThat(stopped.path("verified").asInt()).isZero();
        assertThat(operator()
                        .ask("compensations", "status", "OPEN")
                        .path("total")
                        .asInt())
                .isEqualTo(FEW);
        backlog.assertUntouched();

        lie("payment", "refund");
        operator().change("compensation-batch", "batch", batchId, "action", "resume");
        Poll.until(
                "the second probe failed too",
                LIMIT,
                () -> operator().batch(batchId).path("stillFailing").asInt() == 2);
        assertThat(await(batchId, "STOPPED").path("verified").asInt()).isZero();
        backlog.assertUntouched();

        service.sandbox().noFaults();
        operator().change("compensation-batch", "batch", batchId, "action", "resume");
        JsonNode resumed = await(batchId, "DONE");
        assertThat(resumed.path("verified").asInt()).isEqualTo(FEW - 2);
        assertThat(resumed.path("next").asText()).contains("compensation-replay");
        assertVerified(await(operator().replay("refund"), "DONE"), 2);
        backlog.assertUndone();
    }

    @Test
    void profileThatIsOnlySaidToBeGoneStaysOpenAfterItsRefund() {
        UndoBacklog backlog = backlog("fire-profile-lie-", FEW);
        lie("profile", "delete");

        assertVerified(await(operator().replay("refund", "rate", "100"), "DONE"), FEW);
        awaitOpen("delete_profile", FEW);

        assertThat(backlog.effects("payment.refund")).isEqualTo(backlog.onceEach());
        assertThat(backlog.effects("profile.delete")).isEmpty();
        backlog.await("NEEDS_ATTENTION");
        JsonNode stopped = await(operator().replay("delete_profile", "rate", "100"), "STOPPED");
        assertThat(stopped.path("items").path(0).path("result").asText()).isEqualTo("STILL_FAILING");
        assertThat(stopped.path("verified").asInt()).isZero();

        service.sandbox().noFaults();
        assertVerified(await(operator().replay("delete_profile", "rate", "100"), "DONE"), FEW);
        backlog.assertUndone();
    }

    private void awaitOpen(String action, int count) {
        Poll.until(
                count + " rows are open",
                LIMIT,
                () -> operator()
                                .ask("compensations", "status", "OPEN", "action", action)
                                .path("total")
                                .asInt()
                        == count);
    }

    @Test
    void batchIsPausedResumedAndCancelledInTheMiddle() {
        UndoBacklog backlog = backlog("fire-pause-", FEW);
        String batchId = operator().replay("refund", "rate", "1");
        awaitVerified(batchId, 1);

        operator().change("compensation-batch", "batch", batchId, "action", "pause");
        awaitNothingUnderWay(batchId);
        int paused = operator().batch(batchId).path("verified").asInt();
        int calls = service.sandbox().ledger().size();
        assertThat(paused).isLessThan(FEW);
        assertThat(operator().batch(batchId).path("state").asText()).isEqualTo("PAUSED");

        operator().change("compensation-batch", "batch", batchId, "action", "resume");
        awaitVerified(batchId, paused + 1);
        assertThat(service.sandbox().ledger()).hasSizeGreaterThan(calls);
        operator().change("compensation-batch", "batch", batchId, "action", "cancel");
        awaitNothingUnderWay(batchId);
        int left = await(batchId, "CANCELLED").path("cancelled").asInt();
        assertThat(left).isPositive();
        // A row released before the cancel may still be in progress.
        Poll.until(
                "what was released is refunded, and nothing else",
                LIMIT,
                () -> backlog.effects("payment.refund").size() == FEW - left,
                () -> left + " cancelled, refunded: " + backlog.effects("payment.refund"));

        assertVerified(await(operator().replay("refund", "rate", "100"), "DONE"), left);
        backlog.assertUndone();
    }

    /** Waits for the row in progress, from its refund to the last of its deletes. */
    private void awaitNothingUnderWay(String batchId) {
        Poll.until(
                "no row is under way",
                LIMIT,
                () -> operator()
                                .ask("compensations", "status", "OPEN", "action", "refund")
                                .path("total")
                                .asInt()
                        == FEW - operator().batch(batchId).path("verified").asInt());
    }
}
