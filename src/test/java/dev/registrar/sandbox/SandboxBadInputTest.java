package dev.registrar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.sandbox.SandboxClient.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SandboxBadInputTest extends SandboxTestCase {

    @ParameterizedTest
    @CsvSource({
        "GET, /, 404",
        "GET, /nothing/here, 404",
        "GET, /payment/payments/, 404",
        "GET, /sandbox/nothing, 404",
        "POST, /payment/payments/tx_1/refunds/more, 404",
        "PUT, /profile/profiles, 405",
        "POST, /profile/profiles/u-1, 405",
        "GET, /payment/payments/tx_1/refunds, 405",
        "GET, /email/messages, 405",
        "POST, /sandbox/faults, 405",
        "PUT, /sandbox/ledger, 405",
        "DELETE, /sandbox/summary, 405",
        "GET, /payment/payments, 400",
        "GET, /payment/payments?idempotencyKey=a&reference=b, 400",
        "GET, /payment/payments?key=a, 400",
        "GET, /sandbox/ledger?after=x, 400",
        "GET, /profile/profiles/%zz, 400",
        "GET, /payment/payments?reference=%zz, 400"
    })
    void wrongAddressIsRefused(String method, String path, int status) throws IOException {
        String answer =
                raw(method + " " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 " + status).contains("{\"code\":\"", "\"message\":\"");
        assertThat(answer.contains("Allow: ")).isEqualTo(status == 405);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "\"x\"",
                "null",
                "{\"a\":",
                "{} {}",
                "{\"amount\": NaN}",
                "{\"userId\": 1}",
                "{\"userId\": \"u\", \"userId\": \"u\"}",
                "{\"n\": 1e99999999}",
                "{\"n\": 1e999999999999}"
            })
    void bodyThatIsNoRequestIsRefusedEverywhere(String body) throws IOException {
        for (String path : new String[] {
            "/profile/profiles",
            "/payment/payments",
            "/payment/payments/tx_1/refunds",
            "/email/messages",
            "/sms/messages"
        }) {
            Answer refused = client.call("POST", path, body);
            assertThat(refused.status()).as(path).isEqualTo(400);
            assertThat(refused.code()).isEqualTo("invalid_request");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, USD",
        "-1, USD",
        "1.001, USD",
        "true, USD",
        "'\"\"', USD",
        "1.5, JPY",
        "1, XXX1",
        "1, usd",
        "1e30, USD",
        "'\"1e999999999\"', USD",
        "'[1]', USD"
    })
    void amountThatIsNoneIsRefused(String amount, String currency) throws IOException {
        Answer refused = client.call(
                "POST",
                "/payment/payments",
                SandboxClient.payment("u-1", amount, "pm_card_ok").replace("USD", currency));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(client.ledger("").path(0).path("effect").asBoolean()).isFalse();
    }

    @Test
    void paymentMethodThatIsNoTokenIsRefusedAndNotEchoed() throws IOException {
        Answer refused =
                client.call("POST", "/payment/payments", SandboxClient.payment("u-1", "1", "4111111111111111"));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text()).doesNotContain("4111");
    }

    @Test
    void patchTakesOnlyWhatCanChange() throws IOException {
        client.createProfile("u-1", "profile:1");

        for (String body : new String[] {"{}", "{\"userId\": \"u-2\"}", "{\"email\": null}", "{\"preferences\": 1}"}) {
            assertThat(client.call("PATCH", "/profile/profiles/u-1", body).status())
                    .as(body)
                    .isEqualTo(400);
        }
    }

    @Test
    void keyThatIsNoneIsRefused() throws IOException {
        assertThat(client.createProfile("u-1", "k".repeat(256)).status()).isEqualTo(400);
        assertThat(client.createProfile("u-1", "a b").status()).isEqualTo(400);
        assertThat(client.createProfile("u-1", "k".repeat(255)).status()).isEqualTo(201);
    }

    @Test
    void bodyThatIsTooLargeIsRefusedWithAndWithoutALength() throws IOException {
        String big = "x".repeat(70_000);

        String declared = raw("POST /email/messages HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n");
        String chunked = raw("POST /email/messages HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(big.length()) + "\r\n" + big + "\r\n0\r\n\r\n");

        assertThat(declared).startsWith("HTTP/1.1 413").contains("payload_too_large");
        assertThat(chunked).startsWith("HTTP/1.1 413").contains("payload_too_large");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rubbish\r\n\r\n",
                "GET /sandbox/ledger HTTP/1.1\r\n\r\n",
                "POST /sms/messages HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                "GET /profile/profiles/%2e%2e HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            })
    void requestThatIsNotHttpIsRefusedInJsonToo(String request) throws IOException {
        assertThat(raw(request))
                .startsWith("HTTP/1.1 400")
                .contains("{\"code\":\"")
                .doesNotContain("<html", "at org.");
    }

    /** Sends these bytes and reads until the server closes the connection. */
    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
