package dev.registrar.api;

import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;

/**
 * Where requests with {@code Prefer: wait} wait, without a thread. It has so many places; each that waits leaves at most one
 * task for the executor, so that its queue cannot grow longer than that. Thread-safe.
 */
public final class WaitingRoom {

    private final Executor answers;
    private final Semaphore places;

    /** @param answers where answers are put together when the wait is over */
    public WaitingRoom(Executor answers, int places) {
        this.answers = answers;
        this.places = new Semaphore(places);
    }

    Executor answers() {
        return answers;
    }

    /** Takes a place; false where there is none. */
    boolean enter() {
        return places.tryAcquire();
    }

    /** Gives one place back. */
    void leave() {
        places.release();
    }
}
