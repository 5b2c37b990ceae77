package dev.registrar.admin;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;

/**
 * The writer that a task is given: holds the whole output back, so that its status can still be said when the output is
 * complete. One call, one thread.
 */
final class TaskReply extends PrintWriter {

    private final StringWriter text;
    private final @Nullable String user;
    private int status;
    private String contentType = "";

    /** @param user whom authentication knows the caller as; absent where it is off */
    TaskReply(@Nullable String user) {
        this(new StringWriter(), user);
    }

    private TaskReply(StringWriter text, @Nullable String user) {
        super(text);
        this.text = text;
        this.user = user;
    }

    @Nullable
    String user() {
        return user;
    }

    /** Answers with this status, whatever the servlet would have said. */
    void answer(int code, String type, String body) {
        status = code;
        contentType = type;
        text.getBuffer().setLength(0);
        write(body);
        flush();
    }

    /** 0 where the task said none. */
    int status() {
        return status;
    }

    String contentType() {
        return contentType;
    }

    String body() {
        flush();
        return text.toString();
    }

    /** What the servlet throws away when it begins its answer anew. */
    void clear() {
        text.getBuffer().setLength(0);
    }
}
