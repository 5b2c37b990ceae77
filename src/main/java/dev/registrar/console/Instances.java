package dev.registrar.console;

import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** How an instance calls itself: the machine's name and the admin port, as monitoring usually names it. */
final class Instances {

    private static final String HOST = host();

    private Instances() {}

    /** The instance that received this request, whatever name its client used. */
    static String name(HttpServletRequest request) {
        return HOST + ":" + request.getLocalPort();
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
