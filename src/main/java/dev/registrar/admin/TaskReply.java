package dev.registrar.admin;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;

/**
 * The writer given to a task: buffers the whole output so that the status can be set afterwards. For one call and one thread.
 */
final class TaskReply extends PrintWriter {

    private final StringWriter text;
    private final @Nullable String user;
    private int status;
    private String contentType = "";

    /** @param user id of the authenticated caller; absent if authentication is off */
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

    /** Sets the status of the response, overriding the servlet's. */
    void answer(int code, String type, String body) {
        status = code;
        contentType = type;
        text.getBuffer().setLength(0);
        write(body);
        flush();
    }

    /** 0 if the task set none. */
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

    /** Discards the output, as the servlet does when it starts its response over. */
    void clear() {
        text.getBuffer().setLength(0);
    }
}
