package dev.registrar.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.IDN;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmailAddressTest {

    private static String normalised(String address) {
        return EmailAddress.normalised(address).value();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "उदाहरण.परीक्षा", // Devanagari
                "உதாரணம்.பரிட்சை", // Tamil
                "മലയാളം.ഭാരതം", // Malayalam
                "അവൻ.ഭാരതം", // with a chillu
                "ตัวอย่าง.ไทย", // Thai
                "ឧទាហរណ៍.ខ្មែរ", // Khmer
                "উদাহরণ.বাংলা", // Bengali
                "münchen.de",
                "例え.テスト"
            })
    void domainInUnicodeOrPunycodeIsTheSameAddress(String domain) {
        String unicode = normalised("ada@" + domain);
        String punycode = "ada@" + IDN.toASCII(domain, IDN.ALLOW_UNASSIGNED);

        assertThat(punycode).contains("xn--");
        assertThat(TextRules.isEmail(unicode)).isTrue();
        assertThat(TextRules.isEmail(punycode)).isTrue();
        assertThat(normalised(punycode)).isEqualTo(unicode);
        assertThat(normalised(punycode.replace("xn--", "XN--"))).isEqualTo(unicode);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ada@\u0301example.com", // a mark first
                "ada@exam\u202eple.com",
                "ada@exam ple.com",
                "ada@192.168.1.10",
                "ada@[192.168.1.10]",
                "ada@1.2",
                "ada@example.123",
                "ada@example.0x7f",
                "ada@example.\u0661\u0662",
                "ada@xn--.com-",
                "ada@-उदाहरण.com"
            })
    void noDomainIsRefused(String address) {
        assertThat(TextRules.isEmail(normalised(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ada@192.168.1.example", "ada@1.2.3.4a", "ada@123.com", "ada@example.c0m", "ada@0x7f.com"})
    void digitsBeforeTheLastLabelAreADomain(String address) {
        assertThat(TextRules.isEmail(normalised(address))).isTrue();
    }
}
