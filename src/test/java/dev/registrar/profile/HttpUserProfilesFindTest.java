package dev.registrar.profile;

import dev.registrar.model.CallLimit;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.outbound.CallContract;
import dev.registrar.outbound.ServiceClient;
import dev.registrar.profile.UserProfiles.ProfileGuarantees;
import java.time.Duration;

/** The error classes of a read. */
class HttpUserProfilesFindTest extends CallContract {

    @Override
    protected Step service() {
        return Step.PROFILE;
    }

    @Override
    protected boolean changes() {
        return false;
    }

    @Override
    protected void call(ServiceClient client, CallLimit limit) {
        new HttpUserProfiles(client, new ProfileGuarantees(Duration.ofHours(24), true))
                .find(RegistrationId.random(), "u-1");
    }
}
