package dev.registrar;

import dev.registrar.access.LoopbackNames;
import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.core.server.ServerFactory;
import io.dropwizard.core.server.SimpleServerFactory;
import io.dropwizard.jetty.ConnectorFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * From where the ports can be reached, as the section {@code server} says. An address counts as loopback where it is written
 * as one, or as {@code localhost}: what a name means elsewhere can change after it was looked up.
 *
 * @param application what makes the application port reachable from outside, an option with its value; empty for none
 * @param admin the same of the admin port
 */
record Connectors(List<String> application, List<String> admin) {

    static Connectors of(ServerFactory server) {
        if (server instanceof DefaultServerFactory two) {
            return new Connectors(
                    outside("server.applicationConnectors", two.getApplicationConnectors()),
                    outside("server.adminConnectors", two.getAdminConnectors()));
        }
        List<String> both = server instanceof SimpleServerFactory one
                ? outside("server.connector", one.getConnector()).stream().toList()
                : List.of("server.type");
        return new Connectors(both, both);
    }

    /** The first option that makes a port reachable from outside. */
    Optional<String> outside() {
        return Stream.concat(application.stream(), admin.stream()).findFirst();
    }

    private static List<String> outside(String option, List<ConnectorFactory> connectors) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < connectors.size(); i++) {
            outside(option + "[" + i + "]", connectors.get(i)).ifPresent(all::add);
        }
        return all;
    }

    private static Optional<String> outside(String option, ConnectorFactory connector) {
        if (!(connector instanceof HttpConnectorFactory http)) {
            return Optional.of(option);
        }
        String host = http.getBindHost();
        return isLoopback(host)
                ? Optional.empty()
                : Optional.of(option + ".bindHost" + (host == null ? " (not set: all addresses)" : " " + host));
    }

    private static boolean isLoopback(@Nullable String host) {
        return host != null && LoopbackNames.contains(host);
    }
}
