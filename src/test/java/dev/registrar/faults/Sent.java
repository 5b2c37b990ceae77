package dev.registrar.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One request for a registration, however often it is sent. */
final class Sent {

    final String user;
    final String key;
    final String body;
    final boolean declined;
    final Instant at = Instant.now();
    final Set<String> ids = ConcurrentHashMap.newKeySet();
    volatile boolean cancelAsked;
    volatile boolean cancelAccepted;
    /** Something was done to this one in particular: terminated, cancelled or reset from Temporal's side. */
    volatile boolean struck;
    /** How long the request that was accepted took. */
    volatile @Nullable Duration answerTook;

    Sent(String user, String key, String body, boolean declined) {
        this.user = user;
        this.key = key;
        this.body = body;
        this.declined = declined;
    }

    boolean accepted() {
        return !ids.isEmpty();
    }

    String id() {
        return ids.isEmpty() ? "" : ids.iterator().next();
    }
}
