package dev.registrar.profile;

import dev.registrar.model.CallLimit;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.outbound.CallContract;
import dev.registrar.outbound.ServiceClient;

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
        new HttpUserProfiles(client).find(RegistrationId.random(), "u-1");
    }
}
