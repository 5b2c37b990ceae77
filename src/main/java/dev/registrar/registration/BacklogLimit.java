package dev.registrar.registration;

import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a further registration may be accepted: there may be a certain number of live ones, over all instances. They are
 * counted every few seconds; what this instance has accepted since then is added. Thread-safe.
 */
public final class BacklogLimit {

    private static final Logger LOG = LoggerFactory.getLogger(BacklogLimit.class);

    private final int most;
    private final AtomicLong live = new AtomicLong();
    private boolean wasFull;

    /** @param most live registrations; 0 for no limit */
    public BacklogLimit(int most) {
        this.most = most;
    }

    /** Takes over a new count of the live registrations, and logs when the limit is reached or no longer is. */
    public synchronized void counted(long registrations) {
        live.set(registrations);
        boolean full = isFull();
        if (full && !wasFull) {
            LOG.warn("{} registrations are live: further ones are refused (registration.maxBacklog)", registrations);
        } else if (wasFull && !full) {
            LOG.info("{} registrations are live: further ones are accepted again", registrations);
        }
        wasFull = full;
    }

    void accepted() {
        live.incrementAndGet();
    }

    boolean isFull() {
        return most > 0 && live.get() >= most;
    }
}
