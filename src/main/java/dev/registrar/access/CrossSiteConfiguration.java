package dev.registrar.access;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.List;

/**
 * The section {@code crossSite}: which host names belong to the service.
 *
 * @param hosts names, without a port, by which browsers reach a port that is bound to the loopback interface or is
 *     behind a proxy that changes the {@code Host} header; default none. Loopback names are always accepted
 */
public record CrossSiteConfiguration(@NotNull List<@Pattern(regexp = "[A-Za-z0-9.-]{1,253}") String> hosts) {

    @SuppressWarnings("ConstantValue") // what the file leaves out is null
    public CrossSiteConfiguration {
        hosts = hosts == null ? List.of() : List.copyOf(hosts);
    }

    public static CrossSiteConfiguration defaults() {
        return new CrossSiteConfiguration(List.of());
    }
}
