package dev.registrar.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.model.Step;
import dev.registrar.operations.ServiceHealth.Condition;
import dev.registrar.outbound.OutboundFixture;
import dev.registrar.outbound.ServiceClient;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServiceHealthTest {

    private final OutboundFixture outbound = new OutboundFixture();

    @AfterEach
    void stop() {
        outbound.close();
    }

    private Condition providers() {
        return ServiceHealth.providers(outbound.clients());
    }

    @Test
    void providerThatCannotBeReliedUponIsShownUntilItsAdapterTakesItBack() {
        ServiceClient client = outbound.client(Step.PROFILE, URI.create("http://localhost"));
        Condition before = providers();

        client.speaking(reply -> {
                    throw new IllegalStateException("not asked");
                })
                .markDegraded("users are read without externalId");
        Condition meanwhile = providers();
        client.clearDegraded();

        assertThat(before).isEqualTo(new Condition(false, "none refuses this service"));
        assertThat(meanwhile).isEqualTo(new Condition(true, "profile: users are read without externalId"));
        assertThat(providers()).isEqualTo(before);
    }
}
