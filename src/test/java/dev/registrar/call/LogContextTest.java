package dev.registrar.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class LogContextTest {

    @AfterEach
    void clear() {
        MDC.remove(LogContext.KEY);
    }

    @Test
    void idIsInTheContextWhileTheWorkIsDoneAndGoneAfterwards() {
        String seen = LogContext.about("r-1", () -> MDC.get(LogContext.KEY));

        assertThat(seen).isEqualTo("r-1");
        assertThat(MDC.get(LogContext.KEY)).isNull();
    }

    @Test
    void workInsideOtherWorkGivesTheContextBack() {
        LogContext.about("outer", () -> {
            LogContext.about("inner", () -> assertThat(MDC.get(LogContext.KEY)).isEqualTo("inner"));
            assertThat(MDC.get(LogContext.KEY)).isEqualTo("outer");
        });
    }

    @Test
    void workThatFailsLeavesNothingBehind() {
        assertThatThrownBy(() -> LogContext.about("r-1", () -> {
                    throw new IllegalStateException("no");
                }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(MDC.get(LogContext.KEY)).isNull();
    }
}
