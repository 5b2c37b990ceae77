package dev.registrar.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealingCipherTest {

    private static final byte[] PLAIN = "ada@example.com".getBytes(StandardCharsets.UTF_8);

    private final SealingCipher cipher = TestKeys.cipher("first");

    @Test
    void sealedDataOpensAtItsPlaceAndShowsNothing() {
        byte[] sealed = cipher.seal(PLAIN, "registration:1");

        assertThat(cipher.open("first", sealed, "registration:1")).isEqualTo(PLAIN);
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("ada", "example");
    }

    @Test
    void sameDataIsNeverSealedTheSameTwice() {
        assertThat(cipher.seal(PLAIN, "p")).isNotEqualTo(cipher.seal(PLAIN, "p"));
    }

    @Test
    void dataOfAnotherPlaceDoesNotOpen() {
        byte[] sealed = cipher.seal(PLAIN, "registration:1");

        assertThatThrownBy(() -> cipher.open("first", sealed, "registration:2"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("data was not sealed here with the encryption key `first`");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 11, 12, 20, 42})
    void changedDataDoesNotOpen(int at) {
        byte[] sealed = cipher.seal(PLAIN, "p");
        sealed[at] ^= 1;

        assertThatThrownBy(() -> cipher.open("first", sealed, "p")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void dataThatIsCutOffDoesNotOpen() {
        byte[] sealed = cipher.seal(PLAIN, "p");

        for (int length = 0; length < sealed.length; length++) {
            byte[] cut = Arrays.copyOf(sealed, length);
            assertThatThrownBy(() -> cipher.open("first", cut, "p")).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void olderKeysOpenWhatTheySealedAsLongAsTheyAreInTheRing() {
        byte[] old = cipher.seal(PLAIN, "p");

        assertThat(TestKeys.cipher("second", "first").open("first", old, "p")).isEqualTo(PLAIN);
        assertThatThrownBy(() -> TestKeys.cipher("second").open("first", old, "p"))
                .hasMessageContaining("`first`, which encryption.keys does not have");
    }

    @Test
    void keysAreNotPrinted() {
        assertThat(cipher.ring().toString()).isEqualTo("KeyRing[[first], active=first]");
    }
}
