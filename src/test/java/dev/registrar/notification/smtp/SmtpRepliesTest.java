package dev.registrar.notification.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.notification.smtp.SmtpReplies.Meaning;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmtpRepliesTest {

    private static final Set<SmtpPhase> ABOUT_THE_MESSAGE = EnumSet.of(SmtpPhase.MAIL, SmtpPhase.RCPT, SmtpPhase.DATA);

    /**
     * Every documented code: its meaning before {@code MAIL}, from there to the end of the data, and in reply to the
     * dot.
     */
    @ParameterizedTest
    @CsvSource({
        "0,   UNAVAILABLE, UNAVAILABLE, UNKNOWN",
        "211, UNAVAILABLE, UNAVAILABLE, UNKNOWN",
        "214, UNAVAILABLE, UNAVAILABLE, UNKNOWN",
        "220, UNAVAILABLE, UNAVAILABLE, UNKNOWN",
        "221, UNAVAILABLE, UNAVAILABLE, UNKNOWN",
        "235, UNAVAILABLE, UNAVAILABLE, UNKNOWN",
        "250, UNAVAILABLE, UNAVAILABLE, UNKNOWN",
        "251, UNAVAILABLE, UNAVAILABLE, UNKNOWN",
        "252, UNAVAILABLE, UNAVAILABLE, UNKNOWN",
        "334, UNAVAILABLE, UNAVAILABLE, UNKNOWN",
        "354, UNAVAILABLE, UNAVAILABLE, UNKNOWN",
        "421, UNAVAILABLE, UNAVAILABLE, UNKNOWN",
        "422, BLOCKED,     BLOCKED,     UNKNOWN",
        "432, BLOCKED,     BLOCKED,     UNKNOWN",
        "450, UNAVAILABLE, UNAVAILABLE, UNKNOWN",
        "451, UNAVAILABLE, UNAVAILABLE, UNKNOWN",
        "452, UNAVAILABLE, UNAVAILABLE, UNKNOWN",
        "454, UNAVAILABLE, UNAVAILABLE, UNKNOWN",
        "455, UNAVAILABLE, UNAVAILABLE, UNKNOWN",
        "500, BLOCKED,     BLOCKED,     UNKNOWN",
        "501, BLOCKED,     REJECTED,    REJECTED",
        "502, BLOCKED,     BLOCKED,     UNKNOWN",
        "503, BLOCKED,     BLOCKED,     UNKNOWN",
        "504, BLOCKED,     BLOCKED,     UNKNOWN",
        "521, BLOCKED,     BLOCKED,     UNKNOWN",
        "523, BLOCKED,     BLOCKED,     UNKNOWN",
        "524, BLOCKED,     BLOCKED,     UNKNOWN",
        "525, BLOCKED,     BLOCKED,     UNKNOWN",
        "530, BLOCKED,     BLOCKED,     UNKNOWN",
        "534, BLOCKED,     BLOCKED,     UNKNOWN",
        "535, BLOCKED,     BLOCKED,     UNKNOWN",
        "538, BLOCKED,     BLOCKED,     UNKNOWN",
        "550, BLOCKED,     REJECTED,    REJECTED",
        "551, BLOCKED,     REJECTED,    REJECTED",
        "552, BLOCKED,     REJECTED,    REJECTED",
        "553, BLOCKED,     REJECTED,    REJECTED",
        "554, BLOCKED,     REJECTED,    REJECTED",
        "555, BLOCKED,     REJECTED,    REJECTED",
        "556, BLOCKED,     REJECTED,    REJECTED",
    })
    void replyMeansWhatTheDocumentsSay(int reply, Meaning before, Meaning during, Meaning afterTheDot) {
        for (SmtpPhase phase : SmtpPhase.values()) {
            Meaning expected =
                    phase == SmtpPhase.END ? afterTheDot : ABOUT_THE_MESSAGE.contains(phase) ? during : before;
            assertThat(SmtpReplies.of(phase, reply))
                    .as("%s in %s", reply, phase)
                    .isEqualTo(expected);
        }
    }

    @Test
    void replyThatIsNotListedIsUnknownInEveryPhase() {
        int unlisted = 0;
        for (int reply = 100; reply < 1000; reply++) {
            Set<Meaning> meanings = EnumSet.noneOf(Meaning.class);
            for (SmtpPhase phase : SmtpPhase.values()) {
                meanings.add(SmtpReplies.of(phase, reply));
            }
            unlisted += meanings.equals(EnumSet.of(Meaning.UNKNOWN)) && SmtpReplies.isUnlisted(reply) ? 1 : 0;
        }

        assertThat(unlisted).as("all but the 38 codes above").isEqualTo(900 - 38);
    }
}
