package dev.registrar.sandbox;

import java.time.Instant;

/** When the simulator deals with a request: its sequence number and the time. */
record Moment(long seq, Instant at) {

    String timestamp() {
        return at.toString();
    }
}
