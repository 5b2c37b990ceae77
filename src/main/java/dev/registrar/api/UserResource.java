package dev.registrar.api;

import dev.registrar.access.Caller;
import dev.registrar.access.Caller.Role;
import dev.registrar.access.RouteRules.AllowedTo;
import dev.registrar.account.AccountStore;
import dev.registrar.account.AccountStore.Account;
import dev.registrar.api.Problem.ProblemException;
import dev.registrar.model.EmailAddress;
import dev.registrar.model.PhoneNumber;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.TextRules;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code /v1/users}: the accounts that registrations saved. Thread-safe. */
@Path("/v1/users")
@Produces(MediaType.APPLICATION_JSON)
public final class UserResource {

    private final AccountStore accounts;
    private final RegistrationReader registrations;

    public UserResource(AccountStore accounts, RegistrationReader registrations) {
        this.accounts = accounts;
        this.registrations = registrations;
    }

    public record UserView(
            String userId,
            EmailAddress email,
            String fullName,
            @Nullable PhoneNumber phoneNumber,
            Map<String, @Nullable Object> preferences,
            RegistrationId registrationId,
            @Nullable String transactionId,
            Instant createdAt,
            Instant updatedAt) {

        static UserView of(Account account) {
            return new UserView(
                    account.profile().userId(),
                    account.profile().email(),
                    account.profile().fullName(),
                    account.profile().phoneNumber(),
                    account.profile().preferences(),
                    account.registrationId(),
                    account.transactionId(),
                    account.createdAt(),
                    account.updatedAt());
        }
    }

    @GET
    @Path("/{userId}")
    @AllowedTo({Role.CLIENT, Role.OPERATOR, Role.AUDITOR})
    public UserView find(@PathParam("userId") String userId, @Context SecurityContext security) {
        Caller caller = Caller.of(security);
        return Optional.of(userId)
                .filter(TextRules::isUserId)
                .flatMap(accounts::find)
                // An account belongs to the caller whose registration created it.
                .filter(account -> registrations.isSeen(account.registrationId(), caller))
                .map(UserView::of)
                .orElseThrow(() -> new ProblemException(404, "not_found", "There is no such user."));
    }
}
