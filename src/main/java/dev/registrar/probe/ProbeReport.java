package dev.registrar.probe;

import dev.registrar.probe.Check.Verdict;
import java.util.List;

/**
 * The result of a probe.
 *
 * @param services in the order in which a registration calls them
 */
public record ProbeReport(List<ServiceReport> services) {

    public ProbeReport {
        services = List.copyOf(services);
    }

    /** Whether no promise is broken and nothing was left behind. */
    public boolean isGood() {
        return services.stream()
                .allMatch(service -> service.leftBehind().isEmpty()
                        && service.checks().stream().noneMatch(check -> check.verdict() == Verdict.BROKEN));
    }

    /**
     * @param provider its type, place and account
     * @param leftBehind what the probe created and could not remove, with references
     */
    public record ServiceReport(String service, String provider, List<Check> checks, List<String> leftBehind) {

        public ServiceReport {
            checks = List.copyOf(checks);
            leftBehind = List.copyOf(leftBehind);
        }
    }
}
