package dev.registrar.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperatorNoteTest {

    @ParameterizedTest
    @CsvSource({
        ", ann, ann",
        "ops, , ops",
        "ops, ops, ops",
        "ops, ann, ann (key ops)",
        "ops, ann (key boss), ann (key boss) (key ops)"
    })
    void keyIsPartOfTheActorWhateverIsGiven(@Nullable String user, @Nullable String given, String actor) {
        assertThat(OperatorNote.of(user, given, "why", 3)).isEqualTo(new OperatorNote(actor, "why", 3));
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> OperatorNote.of(null, null, "why", null)).hasMessage("actor: missing.");
        assertThatThrownBy(() -> OperatorNote.of("ops", null, null, null)).hasMessage("reason: missing.");
    }
}
