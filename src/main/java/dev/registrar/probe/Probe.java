package dev.registrar.probe;

import dev.registrar.model.CallException;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UnavailableException.Reason;
import dev.registrar.outbound.ProviderFactory;
import dev.registrar.probe.ProbeReport.ServiceReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The checks of one service, one after the other; each is told to whoever waits as soon as it is done. For one thread. */
abstract class Probe {

    /** Beyond the lag that is declared: a loaded network and the pauses between two looks. */
    private static final Duration LOOK_MARGIN = Duration.ofSeconds(5);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    private final String service;
    private final String provider;
    private final Consumer<Check> progress;
    private final List<Check> checks = new ArrayList<>();
    private final List<String> leftBehind = new ArrayList<>();

    Probe(String service, String provider, Consumer<Check> progress) {
        this.service = service;
        this.provider = provider;
        this.progress = progress;
    }

    /** Makes the checks and removes what they made. */
    final ServiceReport run() {
        try {
            check();
        } catch (CallException e) {
            say(Check.broken("an answer", "yes", e.getMessage(), "What follows could not be checked."));
        }
        cleanUp();
        return new ServiceReport(service, provider, checks, leftBehind);
    }

    /** @throws CallException without the answer the rest makes no sense */
    abstract void check();

    /** Removes what the checks made; what cannot be removed is {@link #left}. */
    abstract void cleanUp();

    final void say(Check check) {
        checks.add(check);
        progress.accept(check);
    }

    final void left(String what) {
        leftBehind.add(what);
    }

    /** What is known before the first call: whether the way there is encrypted. */
    final void sayTls(ProviderFactory factory) {
        String scheme = factory.place().getScheme();
        say(
                scheme.equals("http")
                        ? Check.notChecked(
                                "TLS", "no", "http", "Everybody on the way can read personal data and credentials.")
                        : Check.holds("TLS", "yes", scheme));
    }

    /** The first call: that it is answered shows that the credential is good; how long it took is the latency. */
    final void sayAnswers(Supplier<?> read) {
        long begun = System.nanoTime();
        try {
            read.get();
        } catch (UnavailableException e) {
            if (e.reason() == Reason.BLOCKED) {
                say(Check.broken(
                        "credential",
                        "accepted",
                        e.getMessage(),
                        "Every registration would wait until the credential is right."));
                throw e;
            }
            throw e;
        }
        say(Check.holds("credential", "accepted", "answers after " + since(begun)));
    }

    /** Whether a credential that nobody can know is refused in a way that registrations wait for. */
    final void sayWrongCredential(boolean hasCredential, Supplier<?> readWithWrongOne) {
        String promise = "wrong credential";
        if (!hasCredential) {
            say(Check.notChecked(
                    promise, "no credential", "not tried", "Whoever reaches the provider can do what we can."));
            return;
        }
        try {
            readWithWrongOne.get();
            say(Check.broken(
                    promise, "refused", "it was answered", "Whoever reaches the provider can do what we can."));
        } catch (UnavailableException e) {
            say(Check.holds(promise, "refused", "refused; registrations would wait"));
        } catch (CallException e) {
            say(Check.broken(
                    promise,
                    "refused",
                    e.getMessage(),
                    "A credential that expires would fail registrations instead of making them wait."));
        }
    }

    /** Looks until it is seen, at most as long as the declared lag and a margin; the time it took. */
    static Optional<Duration> seen(Duration lag, Supplier<Boolean> look) {
        long begun = System.nanoTime();
        long end = begun + lag.plus(LOOK_MARGIN).toNanos();
        while (true) {
            if (look.get()) {
                return Optional.of(Duration.ofNanos(System.nanoTime() - begun));
            }
            if (System.nanoTime() - end > 0 || !pause()) {
                return Optional.empty();
            }
        }
    }

    private static boolean pause() {
        try {
            Thread.sleep(BETWEEN_LOOKS.toMillis());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    static String since(long begunNanos) {
        return say(Duration.ofNanos(System.nanoTime() - begunNanos));
    }

    static String say(Duration time) {
        return time.toMillis() < 1_000 ? time.toMillis() + " ms" : time.toMillis() / 1_000 + " s";
    }

    /** A promised length of time as people write it. */
    static String promised(Duration time) {
        if (time.isZero()) {
            return "no";
        }
        return time.toHours() > 0 ? time.toHours() + " h" : say(time);
    }
}
