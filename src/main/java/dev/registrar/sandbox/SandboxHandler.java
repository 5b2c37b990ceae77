package dev.registrar.sandbox;

import dev.registrar.sandbox.Fault.FaultKind;
import dev.registrar.sandbox.FaultPlan.Meeting;
import dev.registrar.sandbox.KeyRegister.Admission;
import dev.registrar.sandbox.Operation.Route;
import dev.registrar.sandbox.Reply.RefusalException;
import dev.registrar.sandbox.ReplySender.Exchange;
import dev.registrar.sandbox.Simulator.Answer;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.URIUtil;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the body, finds the operation, applies faults, answers. No thread waits for a body or a fault. */
final class SandboxHandler extends Handler.Abstract {

    private static final Logger LOG = LoggerFactory.getLogger(SandboxHandler.class);
    private static final int MAX_BODY = 64 * 1024;
    private static final byte[] NOTHING = {};

    private final Simulator simulator;
    private final FaultPlan faults;
    private final ReplySender sender;
    private final ControlHandler control;
    private final ScheduledExecutorService scheduler;

    SandboxHandler(Simulator simulator, FaultPlan faults, ScheduledExecutorService scheduler) {
        this.simulator = simulator;
        this.faults = faults;
        this.scheduler = scheduler;
        this.sender = new ReplySender(scheduler);
        this.control = new ControlHandler(simulator, faults, sender);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Exchange exchange = new Exchange(request, response, callback);
        if (request.getLength() > MAX_BODY) {
            refuse(exchange, tooLarge());
        } else if (request.getLength() == 0) {
            answer(exchange, NOTHING);
        } else {
            Content.Source.asByteArrayAsync(
                    request,
                    MAX_BODY,
                    Promise.Invocable.from(
                            Invocable.InvocationType.BLOCKING,
                            body -> answer(exchange, body),
                            failure -> unreadable(exchange, failure)));
        }
        return true;
    }

    private void answer(Exchange exchange, byte[] body) {
        try {
            List<String> segments = segments(exchange.request());
            if (segments.get(0).equals("sandbox")) {
                control.handle(exchange, segments, body);
            } else {
                provide(exchange, Route.find(exchange.request().getMethod(), segments), body);
            }
        } catch (RefusalException e) {
            sender.send(exchange, e.reply());
        } catch (RuntimeException | IOException e) {
            broken(exchange, e);
        }
    }

    private void provide(Exchange exchange, Route route, byte[] body) {
        ProviderCall call = null;
        Reply refusal = null;
        try {
            call = CallReader.read(route, exchange.request(), body);
        } catch (RefusalException e) {
            refusal = e.reply();
        }
        ProviderCall read = call;
        Reply refused = refusal;
        Meeting met = faults.meet(route.operation(), () -> read == null ? null : simulator.userOf(read));
        Fault fault = met.fault();
        boolean stored = read != null && fault != null && simulator.stores(read, fault);
        if (fault != null && fault.kind().beforeEffect() && !stored) {
            after(exchange, met, () -> strikeBefore(exchange, route.operation(), read, fault));
        } else if (read == null || refused != null) {
            Reply reply = refused == null ? Reply.noContent() : refused;
            after(exchange, met, () -> refuseCall(exchange, route.operation(), reply, met));
        } else {
            Admission admission = simulator.admit(read);
            after(exchange, met, () -> perform(exchange, read, admission, met));
        }
    }

    private void strikeBefore(Exchange exchange, Operation operation, @Nullable ProviderCall call, Fault fault) {
        if (fault.kind() != FaultKind.STATUS) {
            simulator.record(operation, call, 0, fault.kind());
            sender.send(exchange, Reply.noContent(), fault);
            return;
        }
        simulator.record(operation, call, fault.statusOr(500), fault.kind());
        sender.send(exchange, fault.statusReply());
    }

    private void refuseCall(Exchange exchange, Operation operation, Reply reply, Meeting met) {
        Fault fault = met.fault();
        boolean lost = fault != null && fault.kind().unanswered();
        simulator.record(operation, null, lost ? 0 : reply.status(), met.kind());
        sender.send(exchange, reply, fault);
    }

    private void perform(Exchange exchange, ProviderCall call, Admission admission, Meeting met) {
        Answer answer = simulator.perform(call, admission, met.fault(), met.kind());
        Fault fault = met.fault();
        if (answer.silent() && (fault == null || !fault.kind().unanswered())) {
            sender.hang(exchange);
        } else {
            sender.send(exchange, answer.reply(), fault);
        }
    }

    /** Continues after the latency, on a thread of the pool, so that the scheduler's own thread stays free. */
    private void after(Exchange exchange, Meeting met, Runnable rest) {
        if (met.latencyMillis() <= 0) {
            rest.run();
            return;
        }
        exchange.request().addIdleTimeoutListener(timeout -> false);
        Runnable guarded = () -> {
            try {
                rest.run();
            } catch (RuntimeException e) {
                broken(exchange, e);
            }
        };
        var unused = scheduler.schedule(
                () -> exchange.request().getComponents().getExecutor().execute(guarded),
                met.latencyMillis(),
                TimeUnit.MILLISECONDS);
    }

    private void unreadable(Exchange exchange, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof IllegalStateException) {
            refuse(exchange, tooLarge());
        } else if (cause instanceof TimeoutException) {
            refuse(exchange, Reply.error(408, "request_timeout", "the body did not arrive"));
        } else {
            exchange.callback().failed(cause);
        }
    }

    /** Refuses a body that was not read: the connection cannot be reused. */
    private void refuse(Exchange exchange, Reply reply) {
        sender.send(exchange, reply.with("Connection", "close"));
    }

    private static Reply tooLarge() {
        return Reply.error(413, "payload_too_large", "a body of at most " + MAX_BODY + " bytes");
    }

    private void broken(Exchange exchange, Exception e) {
        LOG.error("the sandbox could not process a request", e);
        if (exchange.response().isCommitted()) {
            exchange.callback().failed(e);
        } else {
            sender.send(exchange, Reply.error(500, "internal_error", "see the log of the sandbox"));
        }
    }

    private static List<String> segments(Request request) {
        String path = request.getHttpURI().getPath();
        try {
            return Arrays.stream(path.substring(Math.min(1, path.length())).split("/", -1))
                    .map(URIUtil::decodePath)
                    .toList();
        } catch (IllegalArgumentException e) {
            throw RefusalException.invalid("the path is not readable");
        }
    }
}
