package dev.registrar.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.access.CrossSiteGuard.Arrival;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each request: the method, then headers as {@code name=value}. */
class CrossSiteGuardTest {

    private final CrossSiteGuard loopback = new CrossSiteGuard(List.of("Ops.Example"), true);
    private final CrossSiteGuard reachable = new CrossSiteGuard(List.of(), false);

    private static boolean refuses(CrossSiteGuard guard, String request) {
        String[] parts = request.split("; ", -1);
        Arrival arrival = new Arrival(
                parts[0],
                name -> {
                    List<String> values = new ArrayList<>();
                    for (int i = 1; i < parts.length; i++) {
                        if (parts[i].startsWith(name + "=")) {
                            values.add(parts[i].substring(name.length() + 1));
                        }
                    }
                    return values;
                },
                "127.0.0.1");
        try {
            guard.check(arrival);
            return false;
        } catch (AccessRefusedException e) {
            assertThat(e.status()).isEqualTo(403);
            assertThat(e.code()).isEqualTo("cross_site_refused");
            return true;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST; Host=127.0.0.1:8081; Sec-Fetch-Site=cross-site",
                "POST; Host=127.0.0.1:8081; Sec-Fetch-Site=same-site",
                "PUT; Host=127.0.0.1:8081; Sec-Fetch-Site=same-origin; Sec-Fetch-Site=cross-site",
                "DELETE; Host=127.0.0.1:8081; Origin=http://evil.example",
                "POST; Host=127.0.0.1:8081; Origin=http://127.0.0.1:8080",
                "POST; Host=127.0.0.1:8081; Origin=null",
                "POST; Host=127.0.0.1:8081; Origin=:",
                "POST; Host=127.0.0.1:8081; Sec-Fetch-Site=same-origin; Origin=http://evil.example",
                "POST; Host=127.0.0.1:8081; Referer=http://evil.example/page",
                "POST; Host=127.0.0.1:8081; User-Agent=Mozilla/5.0; Content-Type=text/plain;charset=utf-8",
                "POST; Host=127.0.0.1:8081; User-Agent=Mozilla/5.0; Content-Type=application/x-www-form-urlencoded"
            })
    void requestOfAForeignPageIsRefused(String request) {
        assertThat(refuses(loopback, request)).isTrue();
        assertThat(refuses(reachable, request)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST; Host=127.0.0.1:8081",
                "POST; Host=127.0.0.1:8081; User-Agent=curl/8.5.0; Content-Type=application/x-www-form-urlencoded",
                "POST; Host=127.0.0.1:8081; User-Agent=Mozilla/5.0; Content-Type=application/json",
                "POST; Host=127.0.0.1:8081; Sec-Fetch-Site=same-origin; Origin=http://127.0.0.1:8081",
                "POST; Host=127.0.0.1:8081; Sec-Fetch-Site=none",
                "POST; Host=localhost; Origin=http://LOCALHOST",
                "POST; Host=127.0.0.1:8081; Referer=http://127.0.0.1:8081/console/",
                "GET; Host=127.0.0.1:8081; Sec-Fetch-Site=cross-site; Origin=http://evil.example"
            })
    void requestOfAProgramOrOfTheOwnPageIsLetThrough(String request) {
        assertThat(refuses(loopback, request)).isFalse();
        assertThat(refuses(reachable, request)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET; Host=evil.example:8081",
                "GET; Host=localhost.evil.example",
                "GET; Host=127.0.0.1.evil.example",
                "GET; Host=192.168.1.2:8081",
                "POST; Host=evil.example:8081; Origin=http://evil.example:8081; Sec-Fetch-Site=same-origin"
            })
    void nameThatWasTurnedToThisMachineIsRefusedWhereOnlyThisMachineCanCall(String request) {
        assertThat(refuses(loopback, request)).isTrue();
        assertThat(refuses(reachable, request)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET; Host=localhost:8081",
                "GET; Host=127.0.0.1",
                "GET; Host=[::1]:8081",
                "GET; Host=OPS.example:443",
                "POST; Host=127.0.0.1:8081; Origin=https://ops.example"
            })
    void loopbackAndConfiguredNamesAreKnown(String request) {
        assertThat(refuses(loopback, request)).isFalse();
    }
}
