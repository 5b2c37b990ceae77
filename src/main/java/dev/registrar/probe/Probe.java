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

/** The checks of one service, in sequence; each is reported as soon as it is done. For one thread. */
abstract class Probe {

    /** Added to the declared lag for a loaded network and the pauses between two lookups. */
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

    /** Runs the checks and removes what they created. */
    final ServiceReport run() {
        try {
            check();
        } catch (CallException e) {
            say(Check.broken("an answer", "yes", words(e), "The rest could not be checked."));
        }
        cleanUp();
        return new ServiceReport(service, provider, checks, leftBehind);
    }

    /**
     * @throws CallException if an answer is missing without which the rest makes no sense
     */
    abstract void check();

    /** Removes what the checks created; what cannot be removed is {@link #left}. */
    abstract void cleanUp();

    final void say(Check check) {
        checks.add(check);
        progress.accept(check);
    }

    final void left(String what) {
        leftBehind.add(what);
    }

    /** The check before the first call: whether the connection is encrypted. */
    final void sayTls(ProviderFactory factory) {
        String scheme = factory.place().getScheme();
        say(
                scheme.equals("http")
                        ? Check.notChecked(
                                "TLS", "no", "http", "Anyone on the path can read personal data and credentials.")
                        : Check.holds("TLS", "yes", scheme));
    }

    /** The first call: an answer shows that the credential is valid; its duration is the latency. */
    final void sayAnswers(Runnable read) {
        long begun = System.nanoTime();
        try {
            read.run();
        } catch (UnavailableException e) {
            if (e.reason() == Reason.BLOCKED) {
                say(Check.broken(
                        "credential",
                        "accepted",
                        words(e),
                        "Every registration would wait until the credential is corrected."));
                throw e;
            }
            throw e;
        }
        say(Check.holds("credential", "accepted", "answers after " + since(begun)));
    }

    /** Checks that a wrong credential is refused in such a way that registrations wait. */
    final void sayWrongCredential(boolean hasCredential, Runnable readWithWrongOne) {
        String promise = "wrong credential";
        if (!hasCredential) {
            say(Check.notChecked(
                    promise, "no credential", "not tried", "Anyone who can reach the provider can do what we can."));
            return;
        }
        try {
            readWithWrongOne.run();
            say(Check.broken(
                    promise, "refused", "it was answered", "Anyone who can reach the provider can do what we can."));
        } catch (UnavailableException e) {
            say(Check.holds(promise, "refused", "refused; registrations would wait"));
        } catch (CallException e) {
            say(Check.broken(
                    promise,
                    "refused",
                    words(e),
                    "A credential that expires would fail registrations instead of making them wait."));
        }
    }

    /** Polls until it is seen, at most for the declared lag plus a margin; returns the time it took. */
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

    static String words(CallException failure) {
        return String.valueOf(failure.getMessage());
    }

    static String since(long begunNanos) {
        return say(Duration.ofNanos(System.nanoTime() - begunNanos));
    }

    static String say(Duration time) {
        return time.toMillis() < 1_000 ? time.toMillis() + " ms" : time.toMillis() / 1_000 + " s";
    }

    /** A promised duration, for people. */
    static String promised(Duration time) {
        if (time.isZero()) {
            return "no";
        }
        return time.toHours() > 0 ? time.toHours() + " h" : say(time);
    }
}
