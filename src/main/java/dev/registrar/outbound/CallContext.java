package dev.registrar.outbound;

import java.io.IOException;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/** What one call remembers on its way through the client: whether it was sent, and whether its deadline is over. */
final class CallContext extends HttpClientContext {

    private volatile boolean sent;
    private volatile boolean over;

    void markOver() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    /** Whether the first byte may have been written: from then on the request may have its effect. */
    boolean isSent() {
        return sent;
    }

    /** Marks the call as sent at the one place where the client begins to write a request to a connection. */
    static final class SendMarker extends HttpRequestExecutor {

        @Override
        public ClassicHttpResponse execute(
                ClassicHttpRequest request,
                HttpClientConnection connection,
                @Nullable HttpResponseInformationCallback callback,
                HttpContext context)
                throws IOException, HttpException {
            if (!(context instanceof CallContext call)) {
                throw new IllegalStateException("a call without its context");
            }
            call.sent = true;
            return super.execute(request, connection, callback, context);
        }
    }
}
