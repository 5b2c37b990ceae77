package dev.registrar.operations;

import dev.registrar.dispatch.CommandDesk;
import dev.registrar.model.CardNumbers;
import dev.registrar.model.EmailAddress;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.TextRules;
import dev.registrar.operations.AuditLog.Entry;
import dev.registrar.registration.ResendPlanner;
import dev.registrar.registration.ResendPlanner.Correction;
import dev.registrar.registration.ResendRecords.ResendData;
import dev.registrar.registration.ResendRecords.ResendStep;
import dev.registrar.registration.Resends;
import dev.registrar.registration.Resends.Resend;
import dev.registrar.store.Registration;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.RegistrationStore;
import dev.registrar.store.StepStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Sends the welcome messages of a completed registration again, optionally to corrected addresses. The n-th resend is
 * one message per channel: if it is requested twice, it is sent once. Thread-safe.
 */
public final class ResendOperations {

    private static final long POLL_MILLIS = 100;

    private final RegistrationStore registrations;
    private final Resends resends;
    private final CommandDesk commands;
    private final ResendPlanner planner;
    private final AuditLog audit;
    private final Duration wait;

    /** @param wait how long to wait for the messages to be sent before reporting that they are under way */
    public ResendOperations(
            RegistrationStore registrations,
            Resends resends,
            CommandDesk commands,
            ResendPlanner planner,
            AuditLog audit,
            Duration wait) {
        this.registrations = registrations;
        this.resends = resends;
        this.commands = commands;
        this.planner = planner;
        this.audit = audit;
        this.wait = wait;
    }

    /**
     * A resend as requested.
     *
     * @param n the number of the resend, from 1; at most the last + 1
     * @param email a corrected address, replaced in profile and account too
     * @param phoneNumber a corrected number, likewise
     * @param locale a corrected language of the texts, likewise
     */
    public record ResendRequest(
            UUID registration,
            int n,
            @Nullable String email,
            @Nullable String phoneNumber,
            @Nullable String locale) {

        private Correction correction() {
            return new Correction(email, phoneNumber, locale);
        }
    }

    /**
     * The state of a resend.
     *
     * @param state {@code RUNNING} or {@code DONE}
     */
    public record ResendView(RegistrationId registrationId, int n, String state, List<ResendStepView> items) {

        static ResendView of(Resend resend) {
            boolean done = !resend.running();
            List<ResendStepView> items = new ArrayList<>();
            resend.steps().stream()
                    .filter(step -> done || resend.succeeded(step.name()))
                    .forEach(step -> items.add(ResendStepView.of(step)));
            if (!done) {
                resend.left().forEach(step -> items.add(new ResendStepView(step.code(), "RUNNING", null, null)));
            }
            return new ResendView(resend.registrationId(), resend.n(), done ? "DONE" : "RUNNING", items);
        }

        /** Steps that have failed. */
        public int failed() {
            return (int) items.stream()
                    .filter(item -> item.status().equals(StepStatus.FAILED.name()))
                    .count();
        }
    }

    /** @param name {@code email, sms}; {@code profile, database} if an address was corrected */
    public record ResendStepView(
            String name,
            String status,
            @Nullable String reference,
            @Nullable String errorCode) {

        static ResendStepView of(ResendStep step) {
            return new ResendStepView(step.name().code(), step.status().name(), step.reference(), step.errorCode());
        }
    }

    /**
     * Resends, and waits a little for the result. Sends the messages whose address is corrected; otherwise those that
     * never succeeded; otherwise both. A user who has opted out, or has no number, gets none. The same n again retries
     * what failed.
     */
    public ResendView resend(ResendRequest request, OperatorNote note) throws InterruptedException {
        checkContacts(request);
        RegistrationId id = new RegistrationId(request.registration());
        Registration row =
                registrations.find(id).orElseThrow(() -> OperationRefusedException.unknown("registration " + id));
        if (row.status() != RegistrationStatus.COMPLETED) {
            throw OperationRefusedException.wrongState(
                    "Only COMPLETED registrations have welcome messages; this one is " + row.status() + ".");
        }
        List<Resend> earlier = resends.of(id);
        if (request.n() < 1) {
            throw OperationRefusedException.invalid("n: 1 or more.");
        }
        if (request.n() > earlier.size() + 1) {
            throw OperationRefusedException.wrongState("n: at most " + (earlier.size() + 1) + " at present.");
        }
        if (request.n() <= earlier.size()) {
            repeat(earlier.get(request.n() - 1), request, note);
        } else {
            create(row, earlier, request, note);
        }
        return awaitDone(id, request.n());
    }

    private void create(Registration row, List<Resend> earlier, ResendRequest request, OperatorNote note) {
        ResendData data = data(row, earlier, request);
        boolean created = audit.changing(
                note,
                entry(row.id(), request.n(), data, "new"),
                () -> leave(row.id(), request.n(), data, note, false),
                done -> done);
        if (!created) {
            repeat(find(row.id(), request.n()), request, note);
        }
    }

    private void repeat(Resend resend, ResendRequest request, OperatorNote note) {
        requireSame(resend, request);
        if (!resend.left().isEmpty() && !resend.running()) {
            audit.changing(
                    note,
                    entry(resend.registrationId(), resend.n(), resend.data(), "again"),
                    () -> leave(resend.registrationId(), resend.n(), resend.data(), note, true),
                    done -> done);
        }
    }

    /** Stores the command; returns false if another request for this n was faster. */
    private boolean leave(RegistrationId id, int n, ResendData data, OperatorNote note, boolean again) {
        return commands.leave(id, (handle, facts) -> {
                    note.requireSeen(facts);
                    boolean known = resends.of(id).stream().anyMatch(resend -> resend.n() == n);
                    if (known == again) {
                        resends.ask(handle, id, n, data, note.sender());
                    }
                    return known == again;
                })
                .orElse(false);
    }

    private static void requireSame(Resend resend, ResendRequest request) {
        if (!request.correction().isIn(resend.data())) {
            throw OperationRefusedException.wrongState(
                    "Resend " + resend.n() + " was requested before with other corrections: use the next n.");
        }
    }

    private ResendData data(Registration row, List<Resend> earlier, ResendRequest request) {
        ResendData data = planner.next(row, earlier, request.correction())
                .orElseThrow(() -> OperationRefusedException.wrongState(
                        "erased: the personal data of this registration was erased."));
        if (data.channels().isEmpty() && data.corrected().isEmpty()) {
            throw OperationRefusedException.wrongState(
                    "There is nothing to send: the user has opted out, or has no number.");
        }
        return data;
    }

    /** As strict as the REST interface; the refusal never quotes the value. */
    private static void checkContacts(ResendRequest request) {
        String email = request.email();
        if (email != null && !EmailAddress.normalised(email).acceptable()) {
            throw OperationRefusedException.invalid("email: must be an e-mail address.");
        }
        String phoneNumber = request.phoneNumber();
        if (phoneNumber != null && !TextRules.isPhoneNumber(phoneNumber)) {
            throw OperationRefusedException.invalid("phoneNumber: must be in E.164 format, a plus and 7 to 15 digits.");
        }
        String locale = request.locale();
        if (locale != null && (!TextRules.isLanguageTag(locale) || CardNumbers.anyIn(locale))) {
            throw OperationRefusedException.invalid("locale: must be a language tag such as de or pt-BR.");
        }
    }

    private ResendView awaitDone(RegistrationId id, int n) throws InterruptedException {
        long end = System.nanoTime() + wait.toNanos();
        Resend now = find(id, n);
        while (now.running() && System.nanoTime() < end) {
            Thread.sleep(POLL_MILLIS);
            now = find(id, n);
        }
        return ResendView.of(now);
    }

    private static Entry entry(RegistrationId id, int n, ResendData data, String kind) {
        Map<String, ?> detail =
                Map.of("n", n, "kind", kind, "channels", data.channels(), "corrected", data.corrected());
        return new Entry("notification-resend", RegistrationOperations.subject(id), detail);
    }

    private Resend find(RegistrationId id, int n) {
        return resends.of(id).stream()
                .filter(resend -> resend.n() == n)
                .findFirst()
                .orElseThrow(() -> OperationRefusedException.unknown("resend " + n));
    }
}
