package dev.registrar.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.statement.UnableToCreateStatementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OperatorTaskTest {

    private static final String AWAY = "PostgreSQL does not answer; the task can be run again.";

    @Test
    void postgresqlThatCannotBeReachedDoesNotAnswer() {
        assertThat(OperatorTask.sentence(new ConnectionException(new SQLException("refused"))))
                .isEqualTo(AWAY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"08003", "08006", "57P01", "57P02", "57P03"})
    void postgresqlThatWentAwayDuringAStatementDoesNotAnswerEither(String state) {
        assertThat(OperatorTask.sentence(failed(state))).isEqualTo(AWAY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"23505", "57014", "25006"})
    void postgresqlThatAnswersHasFailed(String state) {
        assertThat(OperatorTask.sentence(failed(state))).isEqualTo("PostgreSQL failed; the task can be run again.");
    }

    private static UnableToCreateStatementException failed(String state) {
        return new UnableToCreateStatementException(new SQLException("why", state));
    }
}
