package dev.registrar.api;

import dev.registrar.api.ProblemErrorHandler.ProblemBodyFilter;
import io.dropwizard.core.ConfiguredBundle;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.jersey.filter.AllowedMethodsFilter;
import io.dropwizard.jetty.MutableServletContextHandler;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
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
import org.jspecify.annotations.Nullable;

/**
 * Closes what Dropwizard's server leaves open to hostile requests, on both ports: caps on bodies (applied after
 * gunzipping), on the time a request takes to arrive and on connections; strict RFC 9110 regardless of {@code
 * httpCompliance}, because a lenient parser can be made to see another request than the proxy before it; and problem
 * documents for refusals by the server itself.
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
                // Connectors and the server's own filters exist only now.
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

    /** Dropwizard's filter refuses unusual methods without an {@code Allow} header; the routes can send one. */
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

    /**
     * The section {@code limits.request}: how much of the server unfinished requests can occupy. Sizes are fixed: 64
     * KiB of body, inflated; 8 KiB of headers and of URI.
     *
     * @param within how long a request may take to arrive in full, and a new connection to send its first; then the
     *     connection is closed. A tenth of it while three quarters of the connections are in use. Default 9 s
     * @param connections per application connector at a time; further ones wait until one is closed. Default 1000
     * @param adminConnections the same for the admin port, so that neither can shut out the other. Default 100
     */
    public record RequestLimits(
            @MinDuration(value = 1, unit = TimeUnit.SECONDS) Duration within,

            @Min(8) @Max(100_000) Integer connections,
            @Min(8) @Max(100_000) Integer adminConnections) {

        /** Absent components take their defaults. */
        public RequestLimits(
                @Nullable Duration within, @Nullable Integer connections, @Nullable Integer adminConnections) {
            this.within = within == null ? Duration.seconds(9) : within;
            this.connections = connections == null ? 1_000 : connections;
            this.adminConnections = adminConnections == null ? 100 : adminConnections;
        }

        public static RequestLimits defaults() {
            return new RequestLimits(null, null, null);
        }
    }
}
