package dev.registrar.registration;

import dev.registrar.call.WorkflowEngine;
import dev.registrar.model.RegistrationId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Queries the progress of running workflows. Thread-safe. */
public final class LiveProgress {

    private static final Logger LOG = LoggerFactory.getLogger(LiveProgress.class);

    /** How long a reader waits for the live answer before the row is used instead. */
    private static final Duration LIMIT = Duration.ofMillis(500);

    private final WorkflowEngine engine;
    private final ConcurrentMap<RegistrationId, CompletableFuture<Optional<RegistrationProgress>>> asking =
            new ConcurrentHashMap<>();

    public LiveProgress(WorkflowEngine engine) {
        this.engine = engine;
    }

    /** The live answer; empty if there is none in time. Concurrent callers share one query. */
    public Optional<RegistrationProgress> of(RegistrationId id) {
        CompletableFuture<Optional<RegistrationProgress>> mine = new CompletableFuture<>();
        CompletableFuture<Optional<RegistrationProgress>> first = asking.putIfAbsent(id, mine);
        if (first != null) {
            return first.join();
        }
        Optional<RegistrationProgress> answer = Optional.empty();
        try {
            answer = ask(id);
            return answer;
        } finally {
            asking.remove(id);
            mine.complete(answer);
        }
    }

    private Optional<RegistrationProgress> ask(RegistrationId id) {
        try {
            return Optional.of(engine.limits()
                    .within(
                            LIMIT,
                            () -> engine.client()
                                    .newWorkflowStub(RegistrationWorkflow.class, id.toString())
                                    .progress()));
        } catch (RuntimeException e) {
            LOG.debug("no live answer of registration {}", id, e);
            return Optional.empty();
        }
    }
}
