package dev.registrar.registration;

import dev.registrar.call.CallPolicy;
import dev.registrar.compensation.UndoTarget;
import dev.registrar.model.Money;
import dev.registrar.model.PaymentRequest;
import dev.registrar.model.ProviderNames;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Release;
import dev.registrar.model.UserProfile;
import dev.registrar.store.RegistrationRecords.RunOf;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.RequestData;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run of a registration starts with; all request bodies derive from it.
 *
 * @param run 1 for the run started by the request, then counting up
 * @param userId as in the request
 * @param price as in the request
 * @param request absent if it was erased: then there are no forward steps left to run
 * @param keyExpiresAt from then on the gateway may have forgotten the charge's key: it is never sent again
 * @param emailTemplate name and version of the text
 * @param smsTemplate name and version of the text
 * @param closedAs how the registration is meant to end, if the previous run was ended from Temporal's side
 * @param earlier the user's earlier registrations that have money open
 * @param providers which providers act for it, fixed on acceptance
 * @param acceptedAt nothing was sent before this; absent in the input of an older version
 * @param features the release whose features the run may use: what a later release added behaves as if it were absent. An older
 *     worker refuses the run
 */
public record RegistrationInput(
        RegistrationId registrationId,
        int run,
        String userId,
        Money price,
        @Nullable RequestData request,
        Policies policies,
        Instant keyExpiresAt,
        String emailTemplate,
        String smsTemplate,
        @Nullable RegistrationStatus closedAs,
        List<RegistrationId> earlier,
        ProviderNames providers,
        @Nullable Instant acceptedAt,
        Release features) {

    private static final int LATER_ATTEMPTS = 3;

    public RegistrationInput {
        earlier = earlier == null ? List.of() : List.copyOf(earlier);
        providers = providers == null ? ProviderNames.UNKNOWN : providers;
        features = Release.known(features);
    }

    UserProfile profile() {
        return requireRequest().userProfile();
    }

    PaymentRequest payment() {
        return requireRequest().payment();
    }

    private RequestData requireRequest() {
        if (request == null) {
            throw new IllegalStateException("the request was erased");
        }
        return request;
    }

    RunOf runOf() {
        return new RunOf(registrationId, run);
    }

    /** This registration, as inquiries see it. */
    UndoTarget undoTarget() {
        return target(policies.undo(), policies.lookup());
    }

    /** The same for undo: an automatic later run tries less and waits for no breaker, because another follows. */
    UndoTarget undoing() {
        return run == 1
                ? undoTarget()
                : target(
                        policies.undo().withAttempts(LATER_ATTEMPTS).withoutPatience(),
                        policies.lookup().withoutPatience());
    }

    private UndoTarget target(CallPolicy undo, CallPolicy lookup) {
        return new UndoTarget(
                registrationId,
                userId,
                price,
                undo,
                lookup,
                policies.settleAfter(),
                providers,
                policies.gateway(),
                request == null ? null : request.payment(),
                acceptedAt);
    }
}
