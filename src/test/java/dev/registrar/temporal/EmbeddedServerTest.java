package dev.registrar.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.temporal.Greetings.Greeting;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowStub;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EmbeddedServerTest {

    private static final int MOST = 100;
    private static final TemporalFactory SMALL =
            new EmbeddedTemporalFactory("default", "greetings", "tester", WorkerConfiguration.defaults(), MOST);

    private TemporalRig rig;
    private int greeted;

    @BeforeEach
    void start() throws InterruptedException {
        rig = new TemporalRig(SMALL, name -> "Hello, " + name).start();
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void fullServerIsReplacedAndTheWorkerGoesOn() throws Exception {
        greet(MOST - 1);
        assertThat(rig.connection.renewServer(() -> false)).isFalse();
        greet(1);

        assertThat(rig.connection.renewServer(() -> false)).isTrue();

        assertThatThrownBy(() ->
                        rig.connection.client().newUntypedWorkflowStub("g-0").describe())
                .isInstanceOf(WorkflowNotFoundException.class);
        greet(1);
        assertThat(rig.connection.renewServer(() -> false)).isFalse();
    }

    @Test
    void aRunningWorkflowIsWaitedForUntilTwiceAsMany() throws Exception {
        greet(2 * MOST - 1);
        assertThat(rig.connection.renewServer(() -> true)).isFalse();
        greet(1);

        assertThat(rig.connection.renewServer(() -> true)).isTrue();
    }

    /** One after another. */
    private void greet(int times) throws Exception {
        for (int i = 0; i < times; i++) {
            WorkflowStub started = rig.greet("g-" + greeted++, Greeting.local("Ada"));
            assertThat(started.getResult(30, TimeUnit.SECONDS, String.class)).isEqualTo("Hello, Ada");
        }
    }
}
