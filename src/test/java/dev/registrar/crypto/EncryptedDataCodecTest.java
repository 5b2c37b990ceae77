package dev.registrar.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.model.DataCodec;
import dev.registrar.model.JsonDataCodec;
import dev.registrar.model.NewerVersionException;
import dev.registrar.model.SealedData;
import dev.registrar.temporal.PayloadJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EncryptedDataCodecTest {

    private final DataCodec plain = new JsonDataCodec(PayloadJson.mapper());
    private final DataCodec encrypted = new EncryptedDataCodec(PayloadJson.mapper(), TestKeys.cipher("first"));
    private final DataCodec rotated = new EncryptedDataCodec(PayloadJson.mapper(), TestKeys.cipher("second", "first"));

    record Letter(String text) {}

    private static final Letter LETTER = new Letter("grüße an ada@example.com");

    @Test
    void sealedValueIsReadAgainAndHasNoClearText() {
        SealedData sealed = encrypted.seal(LETTER, "letter:1");

        assertThat(sealed.codec()).isEqualTo(EncryptedDataCodec.ID);
        assertThat(new String(sealed.bytes(), StandardCharsets.ISO_8859_1)).doesNotContain("ada", "text");
        assertThat(encrypted.open(sealed, Letter.class, "letter:1")).isEqualTo(LETTER);
    }

    @Test
    void rowsFromBeforeEncryptionAreStillRead() {
        assertThat(encrypted.open(plain.seal(LETTER, "letter:1"), Letter.class, "letter:1"))
                .isEqualTo(LETTER);
    }

    @Test
    void rowsOfTheOldKeyAreReadAfterARotation() {
        assertThat(rotated.open(encrypted.seal(LETTER, "letter:1"), Letter.class, "letter:1"))
                .isEqualTo(LETTER);
    }

    record Parcel(String text, @Nullable Integer weight) {}

    @Test
    void whatANewerVersionAddedIsRefusedOnceItIsUsed() {
        for (DataCodec codec : List.of(plain, encrypted)) {
            SealedData used = codec.seal(new Parcel("hi", 3), "letter:1");
            SealedData unused = codec.seal(new Parcel("hi", null), "letter:1");

            assertThatThrownBy(() -> codec.open(used, Letter.class, "letter:1"))
                    .isInstanceOf(NewerVersionException.class)
                    .hasMessageContaining("Letter")
                    .hasMessageContaining("weight");
            assertThat(codec.open(unused, Letter.class, "letter:1")).isEqualTo(new Letter("hi"));
        }
    }

    @Test
    void rowThatWasMovedIsNotRead() {
        SealedData sealed = encrypted.seal(LETTER, "letter:1");

        assertThatThrownBy(() -> encrypted.open(sealed, Letter.class, "letter:2"))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void withoutEncryptionEncryptedRowsAreNotTakenForJson() {
        SealedData sealed = encrypted.seal(LETTER, "letter:1");

        assertThatThrownBy(() -> plain.open(sealed, Letter.class, "letter:1"))
                .hasMessage("stored with codec 2, which this start cannot read");
    }
}
