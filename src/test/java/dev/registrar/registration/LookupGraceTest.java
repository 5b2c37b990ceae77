package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.call.CallPolicy.Mode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The first lookup waits for the deadline of the last send if that may still be in progress. */
class LookupGraceTest {

    @RegisterExtension
    static final WorkflowRig RIG = new WorkflowRig();

    @Test
    void firstLookupComesAfterTheDeadlineOfALostAttempt() {
        World world = new World().always("processPayment", Reply.lostBefore().after(LookupGraceTest::outlive));
        var once = Inputs.external(Mode.LOCAL_FIRST, 1, Duration.ofHours(1));

        RIG.start(world, Inputs.withExternal(Inputs.of(world), once, once)).end();

        long sent = world.calls("processPayment").get(0).at();
        long asked = world.calls("findPayment").get(0).at();
        assertThat(Duration.ofMillis(asked - sent)).isGreaterThanOrEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void firstLookupComesAfterTheDeadlineOfAnAttemptThatWasLostBeforeTheLast() {
        World world = new World()
                .next("processPayment", Reply.down(), Reply.down(), Reply.down())
                .next("processPayment", Reply.down(), Reply.refused());

        RIG.start(world, Inputs.of(world, Mode.DURABLE)).end();

        assertThat(world.count("processPayment")).isEqualTo(5);
        assertThat(waitedBeforeTheFirstLookup(world)).isGreaterThanOrEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void noDeadlineIsWaitedForWhereNoAttemptCanHaveBeenLost() {
        World world = new World().next("processPayment", Reply.lostAfter(), Reply.lostBefore(), Reply.refused());

        RIG.start(world).end();

        assertThat(waitedBeforeTheFirstLookup(world)).isLessThan(Duration.ofSeconds(8));
    }

    @Test
    void laterRunWaitsForCallsOfTheRunBeforeIt() {
        World world = new World().always("processPayment", Reply.refused());

        RIG.again(world, 2).end();

        assertThat(waitedBeforeTheFirstLookup(world)).isGreaterThanOrEqualTo(Duration.ofSeconds(30));
    }

    private static Duration waitedBeforeTheFirstLookup(World world) {
        List<ServiceCall> sent = world.calls("processPayment");
        long asked = world.calls("findPayment").get(0).at();
        return Duration.ofMillis(asked - sent.get(sent.size() - 1).at());
    }

    /** Longer than the limit of a local attempt. */
    private static void outlive() {
        Gate.pauseFor(Duration.ofMillis(2_800));
    }
}
