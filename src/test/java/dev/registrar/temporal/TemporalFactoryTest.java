package dev.registrar.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.configuration.ConfigurationSourceProvider;
import io.dropwizard.configuration.DefaultConfigurationFactoryFactory;
import io.dropwizard.jackson.DiscoverableSubtypeResolver;
import io.dropwizard.jackson.Jackson;
import io.dropwizard.jersey.validation.Validators;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TemporalFactoryTest {

    @Test
    void bothTypesAreDiscoverable() {
        assertThat(new DiscoverableSubtypeResolver().getDiscoveredSubtypes())
                .contains(EmbeddedTemporalFactory.class, ClusterTemporalFactory.class);
    }

    @Test
    void embeddedNeedsNothingElse() throws Exception {
        assertThat(read("type: embedded"))
                .isEqualTo(new EmbeddedTemporalFactory(
                        "default", "registrations", null, WorkerConfiguration.defaults(), null));
    }

    @Test
    void clusterHasATargetOfItsOwn() throws Exception {
        String yaml = "{type: cluster, target: 'temporal.internal:7233', namespace: prod, taskQueue: q, identity: me,"
                + " worker: {maxConcurrentActivities: 7}}";

        ClusterTemporalFactory read = (ClusterTemporalFactory) read(yaml);

        assertThat(read.target()).isEqualTo("temporal.internal:7233");
        assertThat(read.namespace()).isEqualTo("prod");
        assertThat(read.worker().maxConcurrentActivities()).isEqualTo(7);
        assertThat(read.worker().maxWorkflowThreads()).isEqualTo(1_500);
        assertThat(((ClusterTemporalFactory) read("type: cluster")).target()).isEqualTo("127.0.0.1:7233");
    }

    @Test
    void unknownKeyIsAnErrorThatNamesIt() {
        assertThatThrownBy(() -> read("{type: embedded, target: 'x:1'}"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("target");
        assertThatThrownBy(() -> read("{type: cluster, worker: {maxConcurrentActivity: 7}}"))
                .hasMessageContaining("maxConcurrentActivities");
    }

    @Test
    void unknownTypeIsAnError() {
        assertThatThrownBy(() -> read("type: cloud")).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void limitsThatDoNotFitTogetherAreRefused() {
        assertThatThrownBy(() -> read("{type: embedded, taskQueue: '', worker: {maxWorkflowThreads: 10}}"))
                .hasMessageContaining("taskQueue")
                .hasMessageContaining("maxWorkflowThreads is below maxConcurrentWorkflowTasks");
    }

    private static TemporalFactory read(String yaml) throws Exception {
        ConfigurationSourceProvider source = path -> new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8));
        return new DefaultConfigurationFactoryFactory<TemporalFactory>()
                .create(TemporalFactory.class, Validators.newValidator(), Jackson.newObjectMapper(), "dw")
                .build(source, "config.yml");
    }
}
