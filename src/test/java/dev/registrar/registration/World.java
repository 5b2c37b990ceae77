package dev.registrar.registration;

import dev.registrar.model.EmailAddress;
import dev.registrar.model.Money;
import dev.registrar.model.PaymentRequest;
import dev.registrar.model.PhoneNumber;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.model.UserProfile;
import dev.registrar.store.RequestData;
import dev.registrar.store.StepReport;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityInfo;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Everything around one registration: the scripts of the services, their state, and each call in order. */
final class World {

    static final Money PRICE = Money.of("49.90", "USD");

    private final RegistrationId id;
    private final Providers providers;
    private final Ledger ledger;
    private final Map<String, Deque<Reply>> scripts = new HashMap<>();
    private final Map<String, Reply> always = new HashMap<>();
    private final List<ServiceCall> calls = new ArrayList<>();

    World() {
        this(RegistrationId.random());
    }

    World(RegistrationId id) {
        this.id = id;
        this.providers = new Providers(id);
        this.ledger = new Ledger(id, new RequestData(profile(), payment()));
    }

    RegistrationId id() {
        return id;
    }

    Providers providers() {
        return providers;
    }

    Ledger ledger() {
        return ledger;
    }

    /** Scripts the next calls of this activity; later calls behave as usual. */
    synchronized World next(String method, Reply... replies) {
        scripts.computeIfAbsent(method, key -> new ArrayDeque<>()).addAll(List.of(replies));
        return this;
    }

    /** Scripts all calls of this activity after the scripted ones are used up. */
    synchronized World always(String method, Reply reply) {
        always.put(method, reply);
        return this;
    }

    private synchronized Reply replyTo(String method) {
        Deque<Reply> script = scripts.get(method);
        Reply scripted = script == null ? null : script.poll();
        return scripted == null ? always.getOrDefault(method, Reply.works()) : scripted;
    }

    <T> T serve(String method, Step step, Object argument, LongSupplier clock, Supplier<T> service) {
        ActivityInfo info = Activity.getExecutionContext().getInfo();
        long now = clock.getAsLong();
        synchronized (this) {
            calls.add(new ServiceCall(
                    calls.size(), method, argument, info.getAttempt(), info.isLocal(), info.getWorkflowRunId(), now));
        }
        return replyTo(method).play(step, service);
    }

    synchronized List<ServiceCall> calls() {
        return List.copyOf(calls);
    }

    List<ServiceCall> calls(String method) {
        return calls().stream().filter(call -> call.method().equals(method)).toList();
    }

    int count(String method) {
        return calls(method).size();
    }

    /** These calls in order, by name. */
    List<String> order(String... methods) {
        Set<String> wanted = Set.of(methods);
        return calls().stream()
                .map(ServiceCall::method)
                .filter(wanted::contains)
                .toList();
    }

    /** The times of these calls in seconds after the first, rounded to a half. */
    List<Double> seconds(String method) {
        List<ServiceCall> made = calls(method);
        return made.stream()
                .map(call -> Math.round((call.at() - made.get(0).at()) / 500.0) / 2.0)
                .toList();
    }

    String user() {
        return "u-" + id;
    }

    /** The steps in the row. */
    List<StepReport> steps() {
        return ledger.row().steps();
    }

    /** The step in the row. */
    StepReport step(Step step) {
        return steps().stream()
                .filter(report -> report.name() == step)
                .findFirst()
                .orElseThrow();
    }

    /** The codes of the errors shown to clients. */
    List<String> errorCodes() {
        return ledger.row().errors().stream().map(error -> error.code()).toList();
    }

    /** The user's net payment. */
    Money standing() {
        return providers.standing(PRICE);
    }

    UserProfile profile(@Nullable PhoneNumber phoneNumber, Map<String, @Nullable Object> preferences) {
        return new UserProfile(user(), EmailAddress.of("ada@example.com"), "Ada Lovelace", phoneNumber, preferences);
    }

    UserProfile profile() {
        return profile(PhoneNumber.of("+14155550101"), Map.of("locale", "en"));
    }

    PaymentRequest payment() {
        return new PaymentRequest(user(), PRICE, "pm_card_ok", "Annual plan");
    }
}
