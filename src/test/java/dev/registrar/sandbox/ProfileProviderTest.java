package dev.registrar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.sandbox.SandboxClient.Answer;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class ProfileProviderTest extends SandboxTestCase {

    @Test
    void profileIsShownAsItWasCreatedWithItsOwnerAndAnEtag() throws IOException {
        Answer created = client.createProfile("u-1", "profile:1");

        Answer read = client.get("/profile/profiles/u-1");
        assertThat(created.status()).isEqualTo(201);
        assertThat(read.status()).isEqualTo(200);
        assertThat(read.header("ETag")).isNotEmpty().isEqualTo(created.header("ETag"));
        JsonNode profile = read.json();
        assertThat(profile.path("registrationId").asText()).isEqualTo("reg-u-1");
        assertThat(profile.path("email").asText()).isEqualTo("ada@example.com");
        assertThat(profile.path("phoneNumber").isNull()).isTrue();
        assertThat(read.text()).contains("\"limit\":1.50");
        assertThat(profile.path("createdAt").asText()).endsWith("Z");
    }

    @Test
    void secondProfileOfAUserIsRefused() throws IOException {
        client.createProfile("u-1", "profile:1");

        Answer second = client.createProfile("u-1", "profile:2");

        assertThat(second.status()).isEqualTo(409);
        assertThat(second.code()).isEqualTo("profile_exists");
    }

    @Test
    void everyWriteChangesTheEtagAndAnOldOneIsRefused() throws IOException {
        String first = client.createProfile("u-1", "profile:1").header("ETag");

        Answer changed =
                client.call("PATCH", "/profile/profiles/u-1", "{\"email\": \"b@example.com\"}", "If-Match", first);
        Answer stalePatch =
                client.call("PATCH", "/profile/profiles/u-1", "{\"email\": \"c@example.com\"}", "If-Match", first);
        Answer staleDelete = client.call("DELETE", "/profile/profiles/u-1", "", "If-Match", first);

        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.json().path("email").asText()).isEqualTo("b@example.com");
        assertThat(changed.json().path("fullName").asText()).isEqualTo("Ada Lovelace");
        assertThat(changed.header("ETag")).isNotEqualTo(first);
        assertThat(stalePatch.status()).isEqualTo(412);
        assertThat(staleDelete.status()).isEqualTo(412);
        assertThat(staleDelete.code()).isEqualTo("precondition_failed");
    }

    @Test
    void deletedProfileIsGoneAndItsEtagNeverComesAgain() throws IOException {
        String first = client.createProfile("u-1", "profile:1").header("ETag");

        Answer deleted = client.call("DELETE", "/profile/profiles/u-1", "", "If-Match", first);

        assertThat(deleted.status()).isEqualTo(204);
        assertThat(client.get("/profile/profiles/u-1").status()).isEqualTo(404);
        assertThat(client.call("DELETE", "/profile/profiles/u-1", "").status()).isEqualTo(404);
        assertThat(client.createProfile("u-1", "profile:2").header("ETag")).isNotEqualTo(first);
    }
}
