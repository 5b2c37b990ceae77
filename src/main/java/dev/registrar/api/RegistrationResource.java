package dev.registrar.api;

import dev.registrar.access.Caller;
import dev.registrar.access.Caller.Role;
import dev.registrar.access.RouteRules.AllowedTo;
import dev.registrar.api.ListQuery.RegistrationPage;
import dev.registrar.api.Problem.ProblemException;
import dev.registrar.dispatch.CommandDesk;
import dev.registrar.model.RegistrationId;
import dev.registrar.registration.Acceptance;
import dev.registrar.registration.Acceptance.Accepted;
import dev.registrar.registration.RegistrationService;
import dev.registrar.store.CommandInbox.Sender;
import dev.registrar.store.CompletionWatch;
import dev.registrar.store.CompletionWatch.Settled;
import dev.registrar.store.Registration;
import dev.registrar.store.RequestData;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code /v1/registrations}: register a user and see the result. Thread-safe. */
@Path("/v1/registrations")
@Produces(MediaType.APPLICATION_JSON)
public final class RegistrationResource {

    private final RegistrationService service;
    private final RegistrationReader reader;
    private final CompletionWatch watch;
    private final Executor answers;
    private final Semaphore waiting;
    private final CommandDesk commands;
    private final JsonBody json = new JsonBody();
    private final RegistrationRequestReader requests;
    private final ProblemExceptionMapper problems = new ProblemExceptionMapper();

    /**
     * @param answers runs the assembly of responses after a wait
     * @param waiting how many requests with {@code Prefer: wait} may wait at a time, without a thread; further ones are
     *     answered at once. Each submits at most one task to {@code answers}
     * @param maxAmounts the most that one registration may charge in a currency
     */
    public RegistrationResource(
            RegistrationService service,
            RegistrationReader reader,
            CompletionWatch watch,
            Executor answers,
            int waiting,
            CommandDesk commands,
            Function<String, BigDecimal> maxAmounts) {
        this.service = service;
        this.reader = reader;
        this.watch = watch;
        this.answers = answers;
        this.waiting = new Semaphore(waiting);
        this.commands = commands;
        this.requests = new RegistrationRequestReader(maxAmounts);
    }

    /** Accepts a registration: 202 at once, or 200 with the result if the client waits and it ends in time. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @AllowedTo(
            value = {Role.CLIENT, Role.OPERATOR},
            registers = true)
    public void create(
            @HeaderParam("Idempotency-Key") @Nullable List<String> idempotencyKey,
            @HeaderParam("Prefer") @Nullable List<String> prefer,
            @Context HttpHeaders headers,
            InputStream body,
            @Context SecurityContext security,
            @Suspended AsyncResponse response)
            throws IOException {
        JsonBody.requireReadable(headers);
        String key = RequestHeaders.idempotencyKey(idempotencyKey);
        RequestData request = requests.read(json.read(body));
        Duration wait = RequestHeaders.preferWait(prefer);
        Intake intake = new Intake(RegistrationId.random(), Caller.of(security), key, request);
        if (wait.isZero() || !waiting.tryAcquire()) {
            Accepted accepted = accept(intake);
            response.resume(answer(202, accepted, seen(accepted)));
            return;
        }
        try {
            acceptAndWait(intake, wait, response);
        } catch (RuntimeException e) {
            waiting.release();
            throw e;
        }
    }

    private record Intake(
            RegistrationId id, Caller caller, @Nullable String key, RequestData request) {}

    private void acceptAndWait(Intake intake, Duration wait, AsyncResponse response) {
        RegistrationId id = intake.id();
        // Registered before the start, so that the end cannot be missed.
        CompletableFuture<Settled> settled = watch.await(id);
        try {
            Accepted accepted = accept(intake);
            if (!accepted.replayed()) {
                answerWhenSettled(accepted, settled, wait, response);
                return;
            }
            RegistrationId earlier = accepted.registration().id();
            CompletableFuture<Settled> earlierSettled = watch.await(earlier);
            if (accepted.registration().status().settled()) {
                watch.completed(earlier, accepted.registration().status());
            }
            answerWhenSettled(accepted, earlierSettled, wait, response);
        } catch (RuntimeException e) {
            watch.forget(id, settled);
            throw e;
        }
        watch.forget(id, settled);
    }

    private Accepted accept(Intake intake) {
        Acceptance acceptance = service.accept(intake.id(), intake.caller().name(), intake.key(), intake.request());
        if (acceptance instanceof Accepted accepted) {
            return accepted;
        }
        if (acceptance instanceof Acceptance.KeyReused) {
            throw new ProblemException(
                    422, "idempotency_key_reused", "This Idempotency-Key was used for another request.");
        }
        if (acceptance instanceof Acceptance.BacklogFull) {
            throw new ProblemException(
                    503,
                    "backlog_full",
                    "Too many registrations are unfinished, and this one was not accepted. Send it again later.");
        }
        throw new ProblemException(409, "user_already_registered", "The user already has a registration.");
    }

    private void answerWhenSettled(
            Accepted accepted, CompletableFuture<Settled> settled, Duration wait, AsyncResponse response) {
        RegistrationId id = accepted.registration().id();
        CompletableFuture<Void> unused = settled.orTimeout(wait.toMillis(), TimeUnit.MILLISECONDS)
                .handleAsync(
                        (end, late) -> {
                            waiting.release();
                            watch.forget(id, settled);
                            response.resume(settledAnswer(accepted, end));
                            return null;
                        },
                        answers);
    }

    /** The response, or the problem in its place. */
    private Object settledAnswer(Accepted accepted, @Nullable Settled end) {
        try {
            RegistrationView now = accepted.replayed()
                    ? reader.find(accepted.registration().id()).orElseThrow(RegistrationResource::notFound)
                    : reader.fresh(accepted.registration(), end);
            return answer(now.status().settled() ? 200 : 202, accepted, now);
        } catch (RuntimeException e) {
            return problems.toResponse(e);
        }
    }

    /** A new registration needs no query; a replayed one is returned as it is now. */
    private RegistrationView seen(Accepted accepted) {
        Registration row = accepted.registration();
        return accepted.replayed() ? reader.view(row) : RegistrationView.fresh(row);
    }

    private static Response answer(int status, Accepted accepted, RegistrationView view) {
        Response.ResponseBuilder response = Response.status(status)
                .header(HttpHeaders.LOCATION, "/v1/registrations/" + view.id())
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(view);
        return accepted.replayed()
                ? response.header("Idempotent-Replayed", "true").build()
                : response.build();
    }

    /** Cancels a registration at any step: 202, or 409 when it has ended. */
    @POST
    @Path("/{id}/cancel")
    @AllowedTo({Role.CLIENT, Role.OPERATOR})
    public Response cancel(@PathParam("id") String text, @Context SecurityContext security) {
        Caller caller = Caller.of(security);
        RegistrationId id = RegistrationId.parse(text)
                .filter(known -> reader.isSeen(known, caller))
                .orElseThrow(RegistrationResource::notFound);
        return switch (commands.cancel(id, Sender.SERVICE)) {
            case UNKNOWN_ID -> throw notFound();
            case ENDED -> throw new ProblemException(409, "already_finished", "The registration has ended.");
            case REQUESTED ->
                Response.accepted(reader.findRow(id).orElseThrow(RegistrationResource::notFound))
                        .type(MediaType.APPLICATION_JSON_TYPE)
                        .build();
        };
    }

    @GET
    @Path("/{id}")
    @AllowedTo({Role.CLIENT, Role.OPERATOR, Role.AUDITOR})
    public RegistrationView find(@PathParam("id") String id, @Context SecurityContext security) {
        Caller caller = Caller.of(security);
        return RegistrationId.parse(id)
                .flatMap(known -> reader.find(known, caller))
                .orElseThrow(RegistrationResource::notFound);
    }

    /** Newest first, a page at a time. */
    @GET
    @AllowedTo({Role.CLIENT, Role.OPERATOR, Role.AUDITOR})
    public RegistrationPage list(
            @QueryParam("status") @Nullable String status,
            @QueryParam("userId") @Nullable String userId,
            @QueryParam("errorCode") @Nullable String errorCode,
            @QueryParam("createdAfter") @Nullable String createdAfter,
            @QueryParam("createdBefore") @Nullable String createdBefore,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @Context SecurityContext security) {
        ListQuery query = ListQuery.read(status, userId, errorCode, createdAfter, createdBefore, limit, cursor);
        return query.page(reader.list(query.filter(Caller.of(security).onlyOwner())));
    }

    private static ProblemException notFound() {
        return new ProblemException(404, "not_found", "There is no such registration.");
    }
}
