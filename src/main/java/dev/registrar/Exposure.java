package dev.registrar;

import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.core.server.ServerFactory;
import io.dropwizard.core.server.SimpleServerFactory;
import io.dropwizard.jetty.ConnectorFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import java.util.List;
import java.util.stream.Stream;

/** Whether the service can be reached from other machines. */
final class Exposure {

    private Exposure() {}

    /** Whether every connector, of the application and of the admin port, is bound to the loopback interface. */
    static boolean isLoopbackOnly(ServerFactory server) {
        List<ConnectorFactory> connectors = connectors(server);
        return !connectors.isEmpty() && connectors.stream().allMatch(Exposure::isLoopback);
    }

    private static List<ConnectorFactory> connectors(ServerFactory server) {
        if (server instanceof DefaultServerFactory both) {
            return Stream.concat(both.getApplicationConnectors().stream(), both.getAdminConnectors().stream())
                    .toList();
        }
        return server instanceof SimpleServerFactory simple ? List.of(simple.getConnector()) : List.of();
    }

    private static boolean isLoopback(ConnectorFactory connector) {
        if (!(connector instanceof HttpConnectorFactory http)) {
            return false;
        }
        String host = http.getBindHost();
        // By its text: a name that resolves to the loopback interface today may not tomorrow.
        return host != null && host.matches("127(\\.\\d{1,3}){3}|localhost|\\[?::1]?");
    }
}
