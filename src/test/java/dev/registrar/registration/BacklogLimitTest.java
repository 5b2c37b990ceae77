package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BacklogLimitTest {

    @Test
    void limitIsReachedByCountedAndNewRegistrationsTogether() {
        BacklogLimit backlog = new BacklogLimit(3);
        assertThat(backlog.isFull()).isFalse();

        backlog.counted(2);
        assertThat(backlog.isFull()).isFalse();
        backlog.accepted();
        assertThat(backlog.isFull()).isTrue();

        backlog.counted(2);
        assertThat(backlog.isFull()).isFalse();
        backlog.counted(3);
        assertThat(backlog.isFull()).isTrue();
    }

    @Test
    void zeroIsNoLimit() {
        BacklogLimit backlog = new BacklogLimit(0);

        backlog.counted(1_000_000);
        backlog.accepted();

        assertThat(backlog.isFull()).isFalse();
    }
}
