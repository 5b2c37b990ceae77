package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.compensation.CompensationRecords.PlannedUndo;
import dev.registrar.compensation.UndoAction;
import dev.registrar.compensation.UndoState;
import dev.registrar.model.ProviderNames;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.store.NewRegistration;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.RequestData;
import dev.registrar.store.StepStatus;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Only the provider that acted for a registration is queried about it: any other would report that there is nothing.
 */
class ProviderChangedTest {

    private static final ProviderNames OTHER_GATEWAY =
            new ProviderNames("registrar@old.test", Inputs.CONFIGURED.profile());

    @RegisterExtension
    static final WorkflowRig RIG = new WorkflowRig();

    private final World world = new World();

    @Test
    void sameProvidersAreCalled() {
        assertThat(RIG.start(world, Inputs.actedOnBy(Inputs.of(world), Inputs.CONFIGURED))
                        .end())
                .isEqualTo(RegistrationStatus.COMPLETED);
    }

    @Test
    void refundIsNotSentToAnotherGateway() {
        world.providers().charge(World.PRICE, 1);
        world.ledger()
                .plant(
                        RegistrationStatus.FAILED,
                        List.of(new PlannedUndo(
                                UndoAction.REFUND, Providers.TRANSACTION, "refund:" + world.id(), World.PRICE)));

        RegistrationStatus end = RIG.start(world, Inputs.actedOnBy(Inputs.again(world, 2), OTHER_GATEWAY))
                .end();

        assertThat(end).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);
        assertThat(world.count("refundPayment")).isZero();
        assertThat(world.ledger().row(UndoAction.REFUND).state()).isEqualTo(UndoState.OPEN);
        assertThat(world.ledger().row(UndoAction.REFUND).lastErrorCode()).isEqualTo("provider_changed");
    }

    @Test
    void profileOfAnotherApiIsNotDeleted() {
        world.providers().plantProfile();
        world.ledger()
                .plant(RegistrationStatus.CANCELLED, List.of(PlannedUndo.of(UndoAction.DELETE_PROFILE, world.user())));
        ProviderNames otherApi = new ProviderNames(Inputs.CONFIGURED.payment(), "registrar@old.test");

        RIG.start(world, Inputs.actedOnBy(Inputs.again(world, 2), otherApi)).end();

        assertThat(world.count("deleteUserProfile")).isZero();
        assertThat(world.ledger().row(UndoAction.DELETE_PROFILE).lastErrorCode())
                .isEqualTo("provider_changed");
    }

    @Test
    void chargeAtAnotherGatewayIsUnknownAndNeverAbsent() {
        world.providers().charge(World.PRICE, 1);

        RegistrationStatus end = RIG.start(world, Inputs.actedOnBy(Inputs.of(world), OTHER_GATEWAY))
                .end();

        assertThat(end).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);
        assertThat(world.count("processPayment")).as("no second charge there").isZero();
        assertThat(world.count("findPayment")).isZero();
        assertThat(world.step(Step.PAYMENT).status()).isEqualTo(StepStatus.UNKNOWN);
        assertThat(world.ledger().standing()).containsExactly("resolve_payment OPEN");
        assertThat(world.ledger().row(UndoAction.RESOLVE_PAYMENT).lastErrorCode())
                .isEqualTo("provider_changed");
        assertThat(world.providers().hasProfile()).isTrue();
    }

    @Test
    void rowKeepsWhichProvidersAct() {
        RegistrationId id = RegistrationId.random();
        World other = new World();
        RequestData request = new RequestData(other.profile(), other.payment());
        other.ledger().set("status = 'FAILED', finished_at = now(), attend_at = NULL");
        Tables.shared()
                .registrations()
                .accept(new NewRegistration(
                        id, "caller", null, "ab".repeat(32), request, Instant.now(), Inputs.CONFIGURED));

        assertThat(Tables.shared().registrations().providers(id)).isEqualTo(Inputs.CONFIGURED);
        assertThat(Tables.shared().registrations().providers(other.id())).isEqualTo(ProviderNames.UNKNOWN);
    }
}
