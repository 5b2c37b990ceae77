package dev.registrar.api;

import io.dropwizard.core.ConfiguredBundle;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.jersey.filter.AllowedMethodsFilter;
import io.dropwizard.jetty.MutableServletContextHandler;
import java.util.Arrays;
import java.util.function.Function;
import org.eclipse.jetty.ee10.servlet.FilterMapping;
import org.eclipse.jetty.ee10.servlet.ServletHandler;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.SizeLimitHandler;
import org.eclipse.jetty.util.component.LifeCycle;

/**
 * Closes what Dropwizard's server leaves open to hostile requests, on both ports: a cap on bodies (inside gzip, so that it
 * holds inflated), on the time a request takes to arrive and on connections; RFC 9110 to the letter whatever
 * {@code httpCompliance} says, because a more lenient reader can be made to see another request than the proxy before it;
 * and problem documents for what the server itself refuses.
 */
public final class RequestLimitsBundle<T> implements ConfiguredBundle<T> {

    private final Function<T, RequestLimits> limits;

    public RequestLimitsBundle(Function<T, RequestLimits> limits) {
        this.limits = limits;
    }

    @Override
    public void run(T configuration, Environment environment) {
        ProblemErrorHandler problems = new ProblemErrorHandler();
        MutableServletContextHandler application = environment.getApplicationContext();
        close(application, problems);
        close(environment.getAdminContext(), problems);
        environment.jersey().register(new ProblemExceptionMapper());
        environment.jersey().register(new ProblemBodyFilter());
        environment.jersey().register(KnownParametersFilter.class);
        environment.lifecycle().addEventListener(new LifeCycle.Listener() {
            @Override
            public void lifeCycleStarting(LifeCycle starting) {
                // Only now there are connectors, and the server's own filters.
                if (starting instanceof Server server) {
                    server.setErrorHandler(problems);
                    letRoutesAnswerForMethods(application.getServletHandler());
                    for (Connector connector : server.getConnectors()) {
                        limit((ServerConnector) connector, limits.apply(configuration));
                    }
                }
            }
        });
    }

    private static void close(MutableServletContextHandler context, ProblemErrorHandler problems) {
        context.setErrorHandler(problems);
        context.insertHandler(new SizeLimitHandler(JsonBody.MAX_BYTES, -1));
    }

    /** Dropwizard's filter refuses strange methods without saying which there are; each route knows that. */
    private static void letRoutesAnswerForMethods(ServletHandler servlets) {
        servlets.setFilterMappings(Arrays.stream(servlets.getFilterMappings())
                .filter(mapping -> !AllowedMethodsFilter.class
                        .getName()
                        .equals(servlets.getFilter(mapping.getFilterName()).getClassName()))
                .toArray(FilterMapping[]::new));
    }

    private static void limit(ServerConnector connector, RequestLimits limits) {
        for (ConnectionFactory factory : connector.getConnectionFactories()) {
            if (factory instanceof HttpConfiguration.ConnectionFactory http) {
                http.getHttpConfiguration().setHttpCompliance(HttpCompliance.RFC9110);
            }
        }
        int connections = "admin".equals(connector.getName()) ? limits.adminConnections() : limits.connections();
        connector.addBean(new NetworkConnectionLimit(connections, connector));
        connector.addBean(new SlowRequestWatch(connector, limits.within().toJavaDuration(), connections));
    }
}
