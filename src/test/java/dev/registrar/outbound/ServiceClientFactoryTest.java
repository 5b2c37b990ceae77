package dev.registrar.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.model.Step;
import dev.registrar.outbound.ServiceClientFactory.BreakerFactory;
import dev.registrar.outbound.ServiceClientFactory.PoolFactory;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.configuration.DefaultConfigurationFactoryFactory;
import io.dropwizard.jackson.Jackson;
import io.dropwizard.jersey.validation.Validators;
import io.dropwizard.util.Duration;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceClientFactoryTest {

    private static ServiceClientFactory read(String yaml) throws IOException, ConfigurationException {
        return new DefaultConfigurationFactoryFactory<OutboundFixture.Plain>()
                .create(OutboundFixture.Plain.class, Validators.newValidator(), Jackson.newObjectMapper(), "dw")
                .build(path -> new ByteArrayInputStream(path.getBytes(StandardCharsets.UTF_8)), yaml);
    }

    @Test
    void configNeedsOnlyAPlace() throws Exception {
        ServiceClientFactory config = read("baseUrl: http://localhost:8090/payment");

        assertThat(config.deadlineOf(Step.PAYMENT)).hasSeconds(30);
        assertThat(config.deadlineOf(Step.EMAIL)).hasSeconds(10);
        assertThat(config.localDeadline()).isEqualTo(Duration.seconds(2));
        assertThat(config.pool()).isEqualTo(PoolFactory.defaults());
        assertThat(config.breaker())
                .isEqualTo(new BreakerFactory(20, 10, 50, 90, 80, Duration.seconds(30), 3, Duration.seconds(60)));
    }

    @Test
    void configTakesEveryOption() throws Exception {
        ServiceClientFactory config = read("""
                baseUrl: https://gateway.example/v1
                deadline: 20s
                localDeadline: 1s
                connectTimeout: 500ms
                credential: {header: X-Api-Key, prefix: "key ", valueFile: /run/secrets/key}
                tls: {verifyHostname: false}
                pool: {maxConnections: 8, keepAlive: 5s, checkAfterIdle: 2s, leaseTimeout: 200ms}
                breaker: {window: 10, minimumCalls: 5, failureRate: 40, slowRate: 80, slowAt: 70, openFor: 2s, probes: 2, probesFor: 5s}
                """);

        assertThat(config.deadlineOf(Step.EMAIL)).hasSeconds(20);
        assertThat(config.credential())
                .isEqualTo(new CredentialFactory("X-Api-Key", "key ", null, Path.of("/run/secrets/key"), null));
        assertThat(config.pool().perRoute()).isEqualTo(8);
        assertThat(config.breaker().openFor()).isEqualTo(Duration.seconds(2));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "deadline: 5s|baseUrl",
                "baseUrl: ftp://x/|baseUrl",
                "baseUrl: http://user:pw@x/|baseUrl",
                "{baseUrl: 'http://x', localDeadline: 3s}|localDeadline",
                "{baseUrl: 'http://x', pool: {leaseTimeout: 2s}}|pool.leaseTimeout",
                "{baseUrl: 'http://x', breaker: {failureRate: 0}}|breaker.failureRate",
                "{baseUrl: 'http://x', breaker: {minimumCalls: 30}}|minimumCalls",
                "{baseUrl: 'http://x', credential: {header: X}}|exactly one",
                "{baseUrl: 'http://x', credential: {value: a, valueEnv: B}}|exactly one",
                "{baseUrl: 'http://x', credential: {header: 'a b', value: c}}|credential.header",
                "{baseUrl: 'http://x', retries: 3}|retries"
            })
    void badConfigIsRefusedWithTheNameOfTheOption(String yaml, String named) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(named);
    }
}
