package dev.registrar.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.registrar.access.Caller.Role;
import dev.registrar.access.RateLimits.RateLimitsConfiguration;
import dev.registrar.access.RouteRules.AllowedTo;
import io.dropwizard.core.Application;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.testing.ConfigOverride;
import io.dropwizard.testing.DropwizardTestSupport;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.Clock;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class RouteRulesTest {

    @Path("/things")
    public static final class Ruled {

        @GET
        @AllowedTo(Role.CLIENT)
        public String list() {
            return "";
        }
    }

    @Path("/things")
    public static final class Unruled {

        @GET
        public String list() {
            return "";
        }
    }

    public static class RuledApplication extends Application<Configuration> {

        Object resource() {
            return new Ruled();
        }

        @Override
        public void run(Configuration configuration, Environment environment) {
            environment
                    .jersey()
                    .register(new RouteRules(new RateLimits(RateLimitsConfiguration.none(), Clock.systemUTC())));
            environment.jersey().register(resource());
        }
    }

    public static final class UnruledApplication extends RuledApplication {

        @Override
        Object resource() {
            return new Unruled();
        }
    }

    private static DropwizardTestSupport<Configuration> service(Class<? extends RuledApplication> application) {
        return new DropwizardTestSupport<>(
                application,
                null,
                ConfigOverride.config("server.applicationConnectors[0].port", "0"),
                ConfigOverride.config("server.adminConnectors[0].port", "0"));
    }

    @Test
    void serviceWithARouteWithoutARuleDoesNotStart() throws Exception {
        DropwizardTestSupport<Configuration> service = service(UnruledApplication.class);

        Throwable thrown = catchThrowable(service::before);
        service.after();

        assertThat(thrown).isNotNull();
        Assertions.assertThat(root(thrown)).hasMessageContaining("The route Unruled.list has no rule");
    }

    @Test
    void serviceWithARuleForEachRouteStarts() throws Exception {
        DropwizardTestSupport<Configuration> service = service(RuledApplication.class);

        Throwable thrown = catchThrowable(service::before);
        service.after();

        assertThat(thrown).isNull();
    }

    private static Throwable root(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
