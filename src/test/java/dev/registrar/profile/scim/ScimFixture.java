package dev.registrar.profile.scim;

import dev.registrar.model.CallException;
import dev.registrar.model.CallLimit;
import dev.registrar.model.EmailAddress;
import dev.registrar.model.PhoneNumber;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.model.UserProfile;
import dev.registrar.outbound.OutboundFixture;
import dev.registrar.outbound.ServiceClientFactory;
import dev.registrar.profile.scim.ScimUserProfiles.Undo;
import io.dropwizard.util.Duration;
import java.io.IOException;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The adapter as the service builds it, connected to a {@link ScimServer}, for one registration of the user {@code
 * u-1}.
 */
final class ScimFixture implements AutoCloseable {

    static final String USER = "u-1";
    static final String UNKNOWN = "UnknownOutcomeException";
    static final String UNAVAILABLE = "UnavailableException";

    final RegistrationId id = RegistrationId.random();
    final ScimServer scim;
    final OutboundFixture outbound = new OutboundFixture();
    final ScimUserProfiles profiles;

    ScimFixture() throws IOException {
        this(Undo.DELETE);
    }

    ScimFixture(Undo undo) throws IOException {
        scim = new ScimServer();
        ServiceClientFactory config = OutboundFixture.config(scim.url());
        config.setDeadline(Duration.seconds(20));
        profiles = new ScimUserProfiles(outbound.client(Step.PROFILE, config), undo);
    }

    static UserProfile profile(String userId) {
        return new UserProfile(
                userId,
                new EmailAddress("ada@example.com"),
                "Ada Lovelace",
                new PhoneNumber("+14155550101"),
                Map.of("locale", "en", "newsletter", true));
    }

    String create() {
        return create(USER);
    }

    String create(String userId) {
        return outcome(() -> profiles.create(id, profile(userId), CallLimit.FULL));
    }

    String find() {
        return outcome(() -> profiles.find(id, USER).ownership());
    }

    String delete() {
        return outcome(() -> profiles.delete(id, USER));
    }

    /** Returns the result of the call, or the class name of its exception. */
    static String outcome(Supplier<?> call) {
        try {
            return call.get().toString();
        } catch (CallException e) {
            return e.getClass().getSimpleName();
        }
    }

    @Override
    public void close() {
        outbound.close();
        scim.close();
    }
}
