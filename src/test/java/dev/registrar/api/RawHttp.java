package dev.registrar.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** Raw bytes over a socket, for requests that no HTTP client would send. */
public final class RawHttp implements AutoCloseable {

    private final Socket socket;

    public RawHttp(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
    }

    /** The response, and whether the server then closed the connection. */
    public record Reply(String text, boolean closed) {

        /** 0 without a response. */
        public int status() {
            return text.startsWith("HTTP/1.1 ") ? Integer.parseInt(text.substring(9, 12)) : 0;
        }

        /** Everything after the headers. */
        public String body() {
            int end = text.indexOf("\r\n\r\n");
            return end < 0 ? "" : text.substring(end + 4);
        }
    }

    /** Sends each character as one byte and reads until nothing more arrives. */
    public static Reply exchange(int port, String request, int millis) throws IOException {
        try (RawHttp http = new RawHttp(port)) {
            http.send(request);
            return http.read(millis);
        }
    }

    public RawHttp send(String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        return this;
    }

    /** Closes the sending side. */
    public RawHttp end() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** @param millis without a byte after which reading stops */
    public Reply read(int millis) throws IOException {
        socket.setSoTimeout(millis);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[8_192];
        try {
            int count;
            while ((count = socket.getInputStream().read(buffer)) >= 0) {
                bytes.write(buffer, 0, count);
            }
            return new Reply(bytes.toString(StandardCharsets.UTF_8), true);
        } catch (SocketTimeoutException e) {
            return new Reply(bytes.toString(StandardCharsets.UTF_8), false);
        } catch (IOException e) {
            return new Reply(bytes.toString(StandardCharsets.UTF_8), true);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
