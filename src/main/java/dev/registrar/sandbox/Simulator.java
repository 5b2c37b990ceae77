package dev.registrar.sandbox;

import dev.registrar.sandbox.Fault.FaultKind;
import dev.registrar.sandbox.Journal.JournalLine;
import dev.registrar.sandbox.Journal.JournalLine.LateCall;
import dev.registrar.sandbox.Journal.JournalLine.Stored;
import dev.registrar.sandbox.KeyRegister.Admission;
import dev.registrar.sandbox.KeyRegister.StoredAnswer;
import dev.registrar.sandbox.Outcome.Change;
import dev.registrar.sandbox.Outcome.Moment;
import dev.registrar.sandbox.Outcome.Subject;
import dev.registrar.sandbox.RequestLedger.LedgerEntry;
import dev.registrar.sandbox.RequestLedger.LedgerEntry.KeyUse;
import dev.registrar.sandbox.RequestLedger.SandboxSummary;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The four providers behind their HTTP interfaces. Every request is decided, recorded and applied under one lock, so
 * that sequence numbers, journal and state have one order; the lock is held for microseconds and never during a write
 * to the file. The effect of a request is handed to the operating system before its answer is returned. Thread-safe.
 */
final class Simulator {

    private static final byte[] NOTHING = {};

    private final Object lock = new Object();
    private final Journal journal;
    private final Clock clock;
    private final ScheduledExecutorService scheduler;
    private final KeyRegister keys;
    private final boolean storeErrors;
    private final ProfileBook profiles = new ProfileBook();
    private final PaymentBook payments;
    private final RandomGenerator random;
    private final RequestLedger ledger = new RequestLedger();
    private final Map<Long, LateCall> late = new HashMap<>();
    private long lastSeq;

    Simulator(
            Journal journal,
            SandboxConfiguration configuration,
            Clock clock,
            RandomGenerator random,
            ScheduledExecutorService scheduler) {
        this.journal = journal;
        this.clock = clock;
        this.scheduler = scheduler;
        this.keys = new KeyRegister(configuration.keyWindow().toJavaDuration());
        this.storeErrors = configuration.storeErrors();
        this.payments = new PaymentBook(random, configuration.refundFailsAfter().toJavaDuration());
        this.random = random;
    }

    /** Restores the state from a line of the journal, at start, before any request. */
    void restore(JournalLine line, long answerEnd) {
        synchronized (lock) {
            if (line.clearedUpTo() != null) {
                lastSeq = line.clearedUpTo();
                ledger.clear();
            }
            LedgerEntry entry = line.entry();
            if (entry != null) {
                lastSeq = entry.seq();
                take(line, entry, answerEnd);
            }
        }
    }

    /** Sets the timers of the late effects that the last run left behind. */
    void resumeLate() {
        synchronized (lock) {
            long now = clock.millis();
            late.forEach((seq, call) -> landLater(seq, Math.max(0, call.dueAt() - now)));
        }
    }

    /** Admits a request on arrival: a fresh key is in progress from here until {@link #perform}. */
    Admission admit(ProviderCall call) {
        synchronized (lock) {
            return keys.admit(call, clock.millis());
        }
    }

    /** Processes a request; the fault is one that permits its effect or alters it. */
    Answer perform(ProviderCall call, Admission admission, @Nullable Fault fault, @Nullable FaultKind shown) {
        Answer answer;
        synchronized (lock) {
            Moment now = next();
            if (!admission.fresh()) {
                answer = known(call, admission, now, fault, shown);
            } else if (fault != null && fault.kind() == FaultKind.LATE) {
                answer = postpone(call, now, fault);
            } else {
                answer = decide(call, now, fault, shown, null);
            }
        }
        journal.flush();
        StoredAnswer stored = admission.answer();
        if (stored == null) {
            return answer;
        }
        byte[] body = journal.read(stored.offset(), stored.length());
        return new Answer(Reply.replayed(stored.status(), body, stored.etag()), false);
    }

    /** Records a request that was never processed: malformed, or struck by a fault before. */
    void record(Operation operation, @Nullable ProviderCall call, int status, @Nullable FaultKind shown) {
        synchronized (lock) {
            Subject subject = call == null ? Subject.NOTHING : call.stated(payments);
            String key = call == null ? null : call.ledgerKey();
            note(entry(operation, key, next(), subject, status, false, shown, null, null));
        }
        journal.flush();
    }

    /** Whom a call is about; null if it names nobody, or nobody known. */
    @Nullable
    String userOf(ProviderCall call) {
        synchronized (lock) {
            return call.stated(payments).userId();
        }
    }

    List<LedgerEntry> ledger(@Nullable String key, @Nullable String userId, @Nullable String service, long after) {
        synchronized (lock) {
            return ledger.find(key, userId, service, after);
        }
    }

    SandboxSummary summary(@Nullable String userId) {
        synchronized (lock) {
            return SandboxSummary.of(ledger, profiles, payments, userId, clock.instant());
        }
    }

    /** Empties the ledger; profiles, payments, keys and the sequence stay. */
    void clearLedger() {
        synchronized (lock) {
            journal.append(JournalLine.cleared(lastSeq), NOTHING);
            ledger.clear();
        }
        journal.flush();
    }

    private Answer known(
            ProviderCall call, Admission admission, Moment now, @Nullable Fault fault, @Nullable FaultKind shown) {
        StoredAnswer stored = admission.answer();
        Reply reply = admission.use() == KeyUse.REUSED
                ? Reply.error(422, "idempotency_key_reused", "the key was used with another body")
                : Reply.error(409, "idempotency_key_in_progress", "the first request with this key is in progress");
        int status = Fault.sent(stored == null ? reply.status() : stored.status(), fault);
        Subject subject = call.stated(payments);
        note(entry(call.operation(), call.ledgerKey(), now, subject, status, false, shown, admission.use(), null));
        return new Answer(reply, false);
    }

    private Answer postpone(ProviderCall call, Moment now, Fault fault) {
        long seq = now.seq();
        LateCall waiting = new LateCall(call, now.at().toEpochMilli() + fault.millisOr(0));
        Subject subject = call.stated(payments);
        LedgerEntry entry =
                entry(call.operation(), call.ledgerKey(), now, subject, 0, false, FaultKind.LATE, null, null);
        append(new JournalLine(entry, null, null, waiting, null), entry, NOTHING);
        landLater(seq, fault.millisOr(0));
        return new Answer(Reply.noContent(), true);
    }

    private void landLater(long seq, long millis) {
        var unused = scheduler.schedule(() -> land(seq), millis, TimeUnit.MILLISECONDS);
    }

    private void land(long seq) {
        synchronized (lock) {
            LateCall waiting = late.get(seq);
            if (waiting == null) {
                return;
            }
            decide(waiting.call(), next(), null, FaultKind.LATE, seq);
        }
        journal.flush();
    }

    private Answer decide(
            ProviderCall call, Moment now, @Nullable Fault fault, @Nullable FaultKind shown, @Nullable Long of) {
        Outcome outcome = ask(call, now, fault, shown);
        Reply reply = outcome.reply();
        boolean lie = shown == FaultKind.LIE;
        boolean silent = outcome.silent() && !lie;
        int status = silent || of != null ? 0 : Fault.sent(reply.status(), fault);
        boolean effect = outcome.effect() && !lie;
        LedgerEntry entry =
                entry(call.operation(), call.ledgerKey(), now, outcome.subject(), status, effect, shown, null, of);
        boolean repeated = shown == FaultKind.DOUBLE && of != null;
        Stored stored = lie || repeated ? null : stored(call, reply);
        if (stored == null && !repeated) {
            keys.release(call);
        }
        JournalLine line = new JournalLine(entry, lie ? null : outcome.change(), stored, null, null);
        append(line, entry, stored == null ? NOTHING : reply.body());
        if (shown == FaultKind.DOUBLE && of == null && effect) {
            decide(call, next(), null, FaultKind.DOUBLE, now.seq());
        }
        return new Answer(reply, silent);
    }

    private Outcome ask(ProviderCall call, Moment now, @Nullable Fault fault, @Nullable FaultKind shown) {
        if (fault != null && fault.kind() == FaultKind.STATUS) {
            return Outcome.unchanged(fault.statusReply(), call.stated(payments));
        }
        long stale = fault != null && fault.kind() == FaultKind.STALE ? fault.millisOr(0) : 0;
        Outcome outcome = switch (call.operation().service()) {
            case "profile" -> profiles.decide(call, now, stale);
            case "payment" -> payments.decide(call, now, shown == FaultKind.WRONG_AMOUNT, stale);
            default -> accept(call, now);
        };
        if (shown != FaultKind.DECLINE_AFTER || !outcome.effect()) {
            return outcome;
        }
        Reply declined = Reply.error(402, "card_declined", "the card was declined");
        return new Outcome(declined, true, outcome.subject(), outcome.change(), outcome.silent());
    }

    /** The e-mail and the SMS provider accept every message; the ledger is their only state. */
    private Outcome accept(ProviderCall call, Moment now) {
        Map<String, String> body = Map.of("messageId", now.id("msg_", random), "status", "accepted");
        return Outcome.done(Reply.json(201, body), call.stated(payments), null);
    }

    /** Whether this fault's answer is stored under the key. */
    boolean stores(ProviderCall call, Fault fault) {
        return storeErrors && call.key() != null && fault.kind() == FaultKind.STATUS && fault.statusOr(500) >= 500;
    }

    private @Nullable Stored stored(ProviderCall call, Reply reply) {
        if (call.key() == null || call.fingerprint() == null || (reply.status() >= 500 && !storeErrors)) {
            return null;
        }
        return new Stored(call.fingerprint(), reply.status(), reply.etag(), reply.body().length);
    }

    private void note(LedgerEntry entry) {
        append(new JournalLine(entry, null, null, null, null), entry, NOTHING);
    }

    private void append(JournalLine line, LedgerEntry entry, byte[] answer) {
        take(line, entry, journal.append(line, answer));
    }

    /** Applies a line to the state, both for a request and for the journal at start. */
    private void take(JournalLine line, LedgerEntry entry, long answerEnd) {
        ledger.add(entry);
        Change change = line.change();
        if (change != null) {
            profiles.apply(change, entry.at());
            payments.apply(change, entry.at());
        }
        if (entry.of() != null) {
            LateCall landed = late.remove(entry.of());
            if (landed != null && line.stored() == null) {
                keys.release(landed.call());
            }
        }
        if (line.late() != null) {
            late.put(entry.seq(), line.late());
            keys.admit(line.late().call(), entry.at());
        }
        if (line.stored() != null && entry.key() != null) {
            keys.store(entry.operation(), entry.key(), line.stored(), answerEnd, entry.at());
        }
    }

    private Moment next() {
        lastSeq++;
        Instant at = Instant.ofEpochMilli(clock.millis());
        return new Moment(lastSeq, at);
    }

    private static LedgerEntry entry(
            Operation operation,
            @Nullable String key,
            Moment now,
            Subject subject,
            int status,
            boolean effect,
            @Nullable FaultKind fault,
            @Nullable KeyUse keyUse,
            @Nullable Long of) {
        return new LedgerEntry(
                now.seq(),
                now.at().toEpochMilli(),
                operation,
                key,
                subject.userId(),
                subject.amount(),
                subject.currency(),
                subject.reference(),
                status,
                effect,
                fault,
                keyUse,
                of);
    }

    /** @param silent the provider never answers */
    record Answer(Reply reply, boolean silent) {}
}
