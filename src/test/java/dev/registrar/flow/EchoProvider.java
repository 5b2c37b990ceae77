package dev.registrar.flow;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** A provider that fails every call and echoes the headers and body of the request. */
final class EchoProvider implements AutoCloseable {

    private final HttpServer server;

    EchoProvider() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            byte[] echo = ("{\"code\": \"boom\", \"message\": " + sent + ", \"headers\": \""
                            + exchange.getRequestHeaders().entrySet() + "\"}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(500, echo.length);
            exchange.getResponseBody().write(echo);
            exchange.close();
        });
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
