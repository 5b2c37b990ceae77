package dev.registrar.registration;

import static dev.registrar.registration.CallGaps.assertGaps;
import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.call.CallPolicy.Mode;
import dev.registrar.model.Step;
import dev.registrar.profile.UserProfileService.ProfileLookup;
import dev.registrar.profile.UserProfileService.ProfileLookup.Ownership;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.StepStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is known about the profile: only what is ours is undone. */
class ProfileTruthTest {

    @RegisterExtension
    static final WorkflowRig RIG = new WorkflowRig();

    @ParameterizedTest
    @EnumSource(Mode.class)
    void profileOfAnotherRegistrationIsNeverDeleted(Mode mode) {
        World world = new World();
        world.providers().profileOfAnother();

        RegistrationStatus end = RIG.start(world, Inputs.of(world, mode)).end();

        assertThat(end).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.errorCodes()).containsExactly("profile_conflict");
        assertThat(world.count("deleteUserProfile")).isZero();
        assertThat(world.ledger().standing()).isEmpty();
        assertThat(world.providers().hasForeignProfile()).isTrue();
        assertThat(world.count("processPayment")).isZero();
    }

    @Test
    void foreignProfileFoundAfterAnUnknownCreateIsAConflict() {
        World world = new World().always("createUserProfile", Reply.lostBefore());
        world.providers().profileOfAnother();

        RegistrationStatus end = RIG.start(world).end();

        assertThat(end).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.errorCodes()).containsExactly("profile_conflict");
        assertThat(world.count("deleteUserProfile")).isZero();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void profileFoundOursAfterAnUnknownCreateGoesOn(Mode mode) {
        World world = new World().next("createUserProfile", Reply.lostAfter(), Reply.refused());

        RegistrationStatus end = RIG.start(world, Inputs.of(world, mode)).end();

        assertThat(end).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(world.step(Step.PROFILE).status()).isEqualTo(StepStatus.SUCCEEDED);
        assertThat(world.count("getUserProfile")).isOne();
        assertThat(world.errorCodes()).isEmpty();
    }

    @Test
    void profileAbsentTwiceAfterAnUnknownCreateFails() {
        World world = new World().always("createUserProfile", Reply.lostBefore());

        RegistrationStatus end = RIG.start(world).end();

        assertThat(end).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.count("getUserProfile")).isEqualTo(2);
        assertGaps(world, "getUserProfile", 60);
        assertThat(world.errorCodes()).containsExactly("profile_unknown");
        assertThat(world.step(Step.PROFILE).status()).isEqualTo(StepStatus.FAILED);
    }

    @Test
    void profileThatLandsBetweenTheTwoLookupsIsOurs() {
        World world = new World().always("createUserProfile", Reply.lostBefore());
        world.next(
                "getUserProfile",
                Reply.answers(new ProfileLookup(Ownership.ABSENT, null))
                        .after(() -> world.providers().plantProfile()));

        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.COMPLETED);
    }

    @Test
    void profileThatNobodyCanTellIsDeletedWhereItIsOurs() {
        World world = new World().always("createUserProfile", Reply.lostAfter()).always("getUserProfile", Reply.down());
        world.next("deleteUserProfile", Reply.works().after(() -> world.always("getUserProfile", Reply.works())));

        RegistrationStatus end = RIG.start(world).end();

        assertThat(end).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.ledger().standing()).containsExactly("delete_profile DONE");
        assertThat(world.providers().hasProfile()).isFalse();
    }

    @Test
    void paymentIsAskedByItsKeyBeforeAnyFailure() {
        World world = new World().always("createUserProfile", Reply.refused());

        RegistrationStatus end = RIG.start(world).end();

        assertThat(end).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.count("processPayment")).isZero();
        assertThat(world.count("findPayment")).as("history is no proof").isEqualTo(2);
    }

    @Test
    void chargeThatHistoryDoesNotKnowIsFoundAndRefunded() {
        World world = new World().always("createUserProfile", Reply.refused());
        world.providers().charge(World.PRICE, 1);

        RegistrationStatus end = RIG.start(world).end();

        assertThat(end).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.standing().isZero()).isTrue();
        assertThat(world.ledger().standing()).containsExactly("refund DONE");
        assertThat(world.step(Step.PAYMENT).reference()).isEqualTo(Providers.TRANSACTION);
    }

    @Test
    void paymentThatNobodyCanTellKeepsAFailedProfileFromEndingTheRegistration() {
        World world = new World().always("createUserProfile", Reply.refused()).always("findPayment", Reply.down());

        RegistrationStatus end = RIG.start(world).end();

        assertThat(end).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);
        assertThat(world.ledger().standing()).containsExactly("resolve_payment OPEN");
    }
}
