package dev.registrar.profile.scim;

import static dev.registrar.profile.scim.ScimFixture.UNAVAILABLE;
import static dev.registrar.profile.scim.ScimFixture.UNKNOWN;
import static dev.registrar.profile.scim.ScimServer.Fault.BAD_GATEWAY;
import static dev.registrar.profile.scim.ScimServer.Fault.ERROR;
import static dev.registrar.profile.scim.ScimServer.Fault.ERROR_AFTER;
import static dev.registrar.profile.scim.ScimServer.Fault.FORBIDDEN;
import static dev.registrar.profile.scim.ScimServer.Fault.LIMITED;
import static dev.registrar.profile.scim.ScimServer.Fault.LOST_AFTER;
import static dev.registrar.profile.scim.ScimServer.Fault.LOST_BEFORE;
import static dev.registrar.profile.scim.ScimServer.Fault.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.profile.scim.ScimServer.Call;
import dev.registrar.profile.scim.ScimServer.Fault;
import dev.registrar.profile.scim.ScimUserProfiles.Undo;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every step of the adapter with every way to lose its response: the outcome class, what the server then holds, and the
 * result of a retry.
 */
class ScimLostAnswersTest {

    private static final String OURS = "ours";
    private static final String NOTHING = "nothing";
    private static final String INACTIVE = "inactive";

    private static String held(ScimFixture with) {
        List<String> users = with.scim.held();
        String ours = ScimFixture.USER + " " + with.id;
        return users.isEmpty()
                ? NOTHING
                : users.equals(List.of(ours))
                        ? OURS
                        : users.equals(List.of(ours + " inactive")) ? INACTIVE : "" + users;
    }

    /** The call, what happens to its response, the class of the create, what the server then holds. */
    static Stream<Arguments> creates() {
        return Stream.of(
                Arguments.of(Call.CREATE, LOST_BEFORE, UNKNOWN, NOTHING),
                Arguments.of(Call.CREATE, LOST_AFTER, UNKNOWN, OURS),
                Arguments.of(Call.CREATE, ERROR, UNKNOWN, NOTHING),
                Arguments.of(Call.CREATE, ERROR_AFTER, UNKNOWN, OURS),
                Arguments.of(Call.CREATE, LIMITED, UNAVAILABLE, NOTHING),
                Arguments.of(Call.CREATE, FORBIDDEN, UNAVAILABLE, NOTHING),
                Arguments.of(Call.CREATE, BAD_GATEWAY, UNKNOWN, NOTHING),
                Arguments.of(Call.GET, LOST_BEFORE, UNKNOWN, OURS),
                Arguments.of(Call.GET, LOST_AFTER, UNKNOWN, OURS),
                Arguments.of(Call.GET, ERROR, UNKNOWN, OURS),
                Arguments.of(Call.GET, LIMITED, UNKNOWN, OURS),
                Arguments.of(Call.GET, FORBIDDEN, UNKNOWN, OURS),
                Arguments.of(Call.GET, BAD_GATEWAY, UNKNOWN, OURS));
    }

    @ParameterizedTest(name = "{0} {1}: {2}, {3}")
    @MethodSource("creates")
    void createWithALostAnswer(Call call, Fault fault, String outcome, String held) throws IOException {
        try (ScimFixture with = new ScimFixture()) {
            with.scim.will(call, fault);

            assertThat(with.create()).isEqualTo(outcome);
            assertThat(held(with)).isEqualTo(held);
            assertThat(with.find()).isEqualTo(held.equals(OURS) ? "OURS" : "ABSENT");
            assertThat(with.create()).isEqualTo("CREATED");
            assertThat(held(with)).as("one effect").isEqualTo(OURS);
        }
    }

    static Stream<Arguments> reads() {
        return Stream.of(Call.SEARCH, Call.GET)
                .flatMap(call -> Stream.of(LOST_BEFORE, LOST_AFTER, ERROR, LIMITED, FORBIDDEN, BAD_GATEWAY)
                        .map(fault -> Arguments.of(call, fault)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("reads")
    void findWithALostAnswerIsUnavailable(Call call, Fault fault) throws IOException {
        try (ScimFixture with = new ScimFixture()) {
            with.create();
            with.scim.will(call, fault);

            assertThat(with.find()).isEqualTo(UNAVAILABLE);
            assertThat(with.find()).isEqualTo("OURS");
        }
    }

    /** After an earlier attempt whose response was lost: the name is taken by our own user, which cannot be read. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("reads")
    void repeatedCreateThatCannotReadIsUnavailable(Call call, Fault fault) throws IOException {
        try (ScimFixture with = new ScimFixture()) {
            with.create();
            with.scim.will(call, fault);

            assertThat(with.create()).isEqualTo(UNAVAILABLE);
            assertThat(held(with)).isEqualTo(OURS);
            assertThat(with.create()).isEqualTo("CREATED");
        }
    }

    /**
     * The call, what happens to its responses in turn, the class of the undo, what the server holds, and the outcome of
     * a retry.
     */
    static Stream<Arguments> undos() {
        return Stream.of(
                undo(Call.FEATURES, UNAVAILABLE, OURS, "DELETED", LOST_BEFORE),
                undo(Call.FEATURES, UNAVAILABLE, OURS, "DELETED", LOST_AFTER),
                undo(Call.FEATURES, UNAVAILABLE, OURS, "DELETED", ERROR),
                undo(Call.FEATURES, UNAVAILABLE, OURS, "DELETED", LIMITED),
                undo(Call.FEATURES, "DELETED", NOTHING, "ABSENT", FORBIDDEN),
                undo(Call.SEARCH, UNAVAILABLE, OURS, "DELETED", LOST_BEFORE),
                undo(Call.SEARCH, UNAVAILABLE, OURS, "DELETED", LOST_AFTER),
                undo(Call.SEARCH, UNAVAILABLE, OURS, "DELETED", FORBIDDEN),
                undo(Call.GET, UNAVAILABLE, OURS, "DELETED", LOST_BEFORE),
                undo(Call.GET, UNAVAILABLE, OURS, "DELETED", LOST_AFTER),
                undo(Call.GET, UNAVAILABLE, OURS, "DELETED", BAD_GATEWAY),
                undo(Call.DELETE, UNKNOWN, OURS, "DELETED", LOST_BEFORE),
                undo(Call.DELETE, UNKNOWN, NOTHING, "ABSENT", LOST_AFTER),
                undo(Call.DELETE, UNKNOWN, OURS, "DELETED", ERROR),
                undo(Call.DELETE, UNKNOWN, NOTHING, "ABSENT", ERROR_AFTER),
                undo(Call.DELETE, UNAVAILABLE, OURS, "DELETED", LIMITED),
                undo(Call.DELETE, UNAVAILABLE, OURS, "DELETED", FORBIDDEN),
                undo(Call.DELETE, UNKNOWN, OURS, "DELETED", BAD_GATEWAY),
                // The second search is the proof.
                undo(Call.SEARCH, UNAVAILABLE, NOTHING, "ABSENT", NONE, LOST_BEFORE),
                undo(Call.SEARCH, UNAVAILABLE, NOTHING, "ABSENT", NONE, LOST_AFTER),
                undo(Call.SEARCH, UNAVAILABLE, NOTHING, "ABSENT", NONE, LIMITED));
    }

    private static Arguments undo(Call call, String outcome, String held, String retried, Fault... faults) {
        return Arguments.of(call, List.of(faults), outcome, held, retried);
    }

    @ParameterizedTest(name = "{0} {1}: {2}, {3}, then {4}")
    @MethodSource("undos")
    void deleteWithALostAnswer(Call call, List<Fault> faults, String outcome, String held, String retried)
            throws IOException {
        try (ScimFixture with = new ScimFixture()) {
            with.create();
            with.scim.will(call, faults.toArray(Fault[]::new));

            assertThat(with.delete()).isEqualTo(outcome);
            assertThat(held(with)).isEqualTo(held);
            assertThat(with.delete()).isEqualTo(retried);
            assertThat(held(with)).isEqualTo(NOTHING);
        }
    }

    @ParameterizedTest(name = "{0} {1}: {2}, {3}, then {4}")
    @MethodSource("undos")
    void deactivationWithALostAnswer(Call call, List<Fault> faults, String outcome, String held, String retried)
            throws IOException {
        try (ScimFixture with = new ScimFixture(Undo.DEACTIVATE)) {
            with.create();
            with.scim.will(call == Call.DELETE ? Call.PATCH : call, faults.toArray(Fault[]::new));

            assertThat(with.delete()).isEqualTo(outcome);
            assertThat(held(with)).isEqualTo(held.equals(NOTHING) ? INACTIVE : held);
            assertThat(with.delete()).isEqualTo(retried);
            assertThat(held(with)).isEqualTo(INACTIVE);
        }
    }

    static Stream<Arguments> updates() {
        return Stream.of(
                Arguments.of(Call.FEATURES, LOST_BEFORE, UNAVAILABLE),
                Arguments.of(Call.SEARCH, LOST_AFTER, UNAVAILABLE),
                Arguments.of(Call.PATCH, LOST_BEFORE, UNKNOWN),
                Arguments.of(Call.PATCH, LOST_AFTER, UNKNOWN),
                Arguments.of(Call.PATCH, ERROR_AFTER, UNKNOWN),
                Arguments.of(Call.PATCH, LIMITED, UNAVAILABLE));
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @MethodSource("updates")
    void updateWithALostAnswer(Call call, Fault fault, String outcome) throws IOException {
        try (ScimFixture with = new ScimFixture()) {
            with.create();
            with.scim.will(call, fault);

            assertThat(update(with)).isEqualTo(outcome);
            assertThat(update(with)).isEqualTo("OURS");
        }
    }

    private static String update(ScimFixture with) {
        return ScimFixture.outcome(() -> with.profiles
                .update(with.id, ScimFixture.profile(ScimFixture.USER))
                .ownership());
    }
}
