package dev.registrar.sandbox;

import java.util.Set;
import java.util.TreeSet;

/** A request that is refused as it stands; carries the answer, and no stack trace. */
final class RefusalException extends RuntimeException {

    private final transient Reply reply;

    RefusalException(int status, String code, String message) {
        this(message, Reply.error(status, code, message));
    }

    private RefusalException(String message, Reply reply) {
        super(message, null, false, false);
        this.reply = reply;
    }

    static RefusalException invalid(String message) {
        return new RefusalException(400, "invalid_request", message);
    }

    static RefusalException methodNotAllowed(Set<String> allowed) {
        String message = "this path does not take the method";
        Reply reply = Reply.error(405, "method_not_allowed", message);
        return new RefusalException(message, reply.with("Allow", String.join(", ", new TreeSet<>(allowed))));
    }

    Reply reply() {
        return reply;
    }
}
