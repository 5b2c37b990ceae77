package dev.registrar;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import io.dropwizard.core.ConfiguredBundle;
import io.dropwizard.core.setup.Environment;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/**
 * Restricts libraries that log the data they handle (bodies, headers, bound parameters) to INFO and above, regardless
 * of the configuration or an operator: no log of any level contains personal data or credentials. Must be added before
 * other bundles.
 */
final class LogGuard implements ConfiguredBundle<RegistrarConfiguration> {

    /** Loggers, including their descendants. */
    private static final List<String> TALKATIVE = List.of(
            "com.fasterxml",
            "io.dropwizard",
            "io.grpc",
            "io.netty",
            "io.temporal",
            "liquibase",
            "org.apache.hc",
            "org.apache.tomcat",
            "org.eclipse.jetty",
            "org.glassfish",
            "org.hibernate",
            "org.jdbi",
            "org.postgresql",
            "sun.net");

    @Override
    public void run(RegistrarConfiguration configuration, Environment environment) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            Quietened filter = new Quietened();
            filter.start();
            context.addTurboFilter(filter);
        }
    }

    /** Denies what is below INFO. Thread-safe. */
    private static final class Quietened extends TurboFilter {

        @Override
        public FilterReply decide(
                @Nullable Marker marker,
                Logger logger,
                Level level,
                @Nullable String format,
                Object @Nullable [] parameters,
                @Nullable Throwable thrown) {
            // Asked by every library at every step, and nearly always about a level that is off: that is answered
            // first.
            boolean denies = level.levelInt < Level.INFO_INT
                    && level.isGreaterOrEqual(logger.getEffectiveLevel())
                    && isTalkative(logger.getName());
            return denies ? FilterReply.DENY : FilterReply.NEUTRAL;
        }

        private static boolean isTalkative(String name) {
            for (String talkative : TALKATIVE) {
                if (name.startsWith(talkative)) {
                    return true;
                }
            }
            return false;
        }
    }
}
