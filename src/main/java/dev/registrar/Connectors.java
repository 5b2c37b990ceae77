package dev.registrar;

import dev.registrar.access.CrossSiteGuard;
import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.core.server.ServerFactory;
import io.dropwizard.core.server.SimpleServerFactory;
import io.dropwizard.jetty.ConnectorFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which ports can be reached from other machines, by the section {@code server}. A bind address is loopback if it is one of the
 * names in {@link CrossSiteGuard#isLoopback}; other names are not resolved, because what they resolve to can change.
 *
 * @param application options (with their values) that expose the application port to other machines
 * @param admin options that expose the admin port
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

    /** Whether neither port can be reached from other machines. */
    boolean loopbackOnly() {
        return outside().isEmpty();
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
        return CrossSiteGuard.isLoopback(host)
                ? Optional.empty()
                : Optional.of(option + ".bindHost" + (host == null ? " (not set: all addresses)" : " " + host));
    }
}
