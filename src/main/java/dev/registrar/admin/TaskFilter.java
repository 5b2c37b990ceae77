package dev.registrar.admin;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpException;
import org.jspecify.annotations.Nullable;

/**
 * Wraps {@code /tasks/*} so that tasks can set their status after writing their output (Dropwizard's servlet only knows "done"
 * and "threw"). Thread-safe.
 */
public final class TaskFilter extends HttpFilter {

    private static final long serialVersionUID = 1L;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (hasOtherBody(request)) {
            send(response, 415, "text/plain", "Parameters go into the query or into a form.\n");
            return;
        }
        try {
            // Read here, because the servlet would answer what cannot be read with 500.
            request.getParameterMap();
        } catch (HttpException.RuntimeException e) {
            send(response, e.getCode(), "text/plain", "The parameters cannot be read.\n");
            return;
        }
        Reply reply = new Reply(new StringWriter(), request.getRemoteUser());
        chain.doFilter(request, new HeldResponse(response, reply));
        if (reply.status != 0) {
            send(response, reply.status, reply.contentType, reply.body());
        } else if (response.getStatus() == 404) {
            send(response, 404, "text/plain", "There is no such task; GET /tasks lists them.\n");
        } else if (response.getStatus() == 405) {
            response.setHeader("Allow", "POST");
            send(response, 405, "text/plain", "Run tasks with POST.\n");
        } else {
            // One of Dropwizard's own tasks: passed on unchanged.
            response.getOutputStream().write(reply.body().getBytes(StandardCharsets.UTF_8));
        }
    }

    /** A body that is no form would be ignored silently. */
    private static boolean hasOtherBody(HttpServletRequest request) {
        boolean body = request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
        String type = request.getContentType();
        String media = type == null ? "" : type.split(";", 2)[0].strip();
        return body && !media.equalsIgnoreCase("application/x-www-form-urlencoded");
    }

    private static void send(HttpServletResponse response, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType(type + ";charset=utf-8");
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }

    /** Buffers the body until the chain is done; status and headers pass through. */
    private static final class HeldResponse extends HttpServletResponseWrapper {

        private final Reply reply;

        private HeldResponse(HttpServletResponse response, Reply reply) {
            super(response);
            this.reply = reply;
        }

        @Override
        public PrintWriter getWriter() {
            return reply;
        }

        @Override
        public void reset() {
            reply.clear();
            super.reset();
        }
    }

    /** The writer given to a task: buffers the whole output so that the status can be set afterwards. One call, one thread. */
    static final class Reply extends PrintWriter {

        private final StringWriter text;
        private final @Nullable String user;
        private int status;
        private String contentType = "";

        private Reply(StringWriter text, @Nullable String user) {
            super(text);
            this.text = text;
            this.user = user;
        }

        /** Id of the authenticated caller; null if authentication is off. */
        @Nullable
        String user() {
            return user;
        }

        /** Sets the status of the response, overriding the servlet's. */
        void answer(int code, String type, String body) {
            status = code;
            contentType = type;
            clear();
            write(body);
        }

        private String body() {
            flush();
            return text.toString();
        }

        /** Discards the output, as the servlet does when it starts its response over. */
        private void clear() {
            text.getBuffer().setLength(0);
        }
    }
}
