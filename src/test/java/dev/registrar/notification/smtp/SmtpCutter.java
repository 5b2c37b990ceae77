package dev.registrar.notification.smtp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * An unencrypted connection to a mail server that is cut at one point of the conversation: at a verb, at {@code
 * greeting}, {@code body} (after the first line of the message) or {@code end} (the final dot). For one conversation at
 * a time.
 */
final class SmtpCutter implements AutoCloseable {

    /** Which side of the server is cut. */
    enum Cut {
        /** What the client sends at this point does not arrive. */
        BEFORE,
        /** It arrives and is answered; the answer is lost. */
        AFTER
    }

    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int server;
    private volatile String point = "";
    private volatile Cut side = Cut.BEFORE;

    /** @param server the mail server's port on the loopback interface */
    SmtpCutter(int server) throws IOException {
        this.server = server;
        Thread thread = new Thread(this::accept, "smtp-cutter");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Cuts conversations there from now on. */
    void cut(String where, Cut when) {
        side = when;
        point = where;
    }

    /** Cuts no more conversations. */
    void mend() {
        point = "";
    }

    private void accept() {
        while (!listening.isClosed()) {
            try (Socket client = listening.accept();
                    Socket upstream = new Socket(InetAddress.getLoopbackAddress(), server)) {
                new Conversation(client, upstream).run();
                // A reset, so that the client does not wait for the rest.
                client.setSoLinger(true, 0);
            } catch (IOException e) {
                // One of the two has disconnected.
            }
        }
    }

    private final class Conversation {

        private final BufferedReader fromClient;
        private final OutputStream toClient;
        private final BufferedReader fromServer;
        private final OutputStream toServer;

        Conversation(Socket client, Socket upstream) throws IOException {
            fromClient = reader(client);
            toClient = client.getOutputStream();
            fromServer = reader(upstream);
            toServer = upstream.getOutputStream();
        }

        void run() throws IOException {
            String verb = "greeting";
            if (!answered(verb)) {
                return;
            }
            for (String line = fromClient.readLine(); line != null; line = fromClient.readLine()) {
                verb = line.split("[ :]", 2)[0].toLowerCase(Locale.ROOT);
                if (isCut(verb, Cut.BEFORE)) {
                    return;
                }
                write(toServer, line);
                if (!answered(verb) || verb.equals("quit") || (verb.equals("data") && !message())) {
                    return;
                }
            }
        }

        private boolean message() throws IOException {
            for (String line = fromClient.readLine(); line != null; line = fromClient.readLine()) {
                if (line.equals(".")) {
                    if (isCut("end", Cut.BEFORE)) {
                        return false;
                    }
                    write(toServer, line);
                    return answered("end");
                }
                write(toServer, line);
                if (isCut("body", Cut.AFTER)) {
                    return false;
                }
            }
            return false;
        }

        /** Forwards a reply; false if the connection was cut or the server disconnected. */
        private boolean answered(String verb) throws IOException {
            StringBuilder answer = new StringBuilder();
            String line;
            do {
                line = fromServer.readLine();
                if (line == null) {
                    return false;
                }
                answer.append(line).append("\r\n");
            } while (line.startsWith("-", 3));
            if (isCut(verb, Cut.AFTER)) {
                return false;
            }
            toClient.write(answer.toString().getBytes(StandardCharsets.ISO_8859_1));
            return true;
        }

        private boolean isCut(String where, Cut when) {
            return point.equals(where) && side == when;
        }

        private static BufferedReader reader(Socket socket) throws IOException {
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        }

        private static void write(OutputStream out, String line) throws IOException {
            out.write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
