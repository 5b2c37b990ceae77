package dev.registrar.api;

import dev.registrar.account.Account;
import dev.registrar.account.AccountStore;
import dev.registrar.model.EmailAddress;
import dev.registrar.model.PhoneNumber;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.TextRules;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code /v1/users}: the accounts that registrations saved. Thread-safe. */
@Path("/v1/users")
@Produces(MediaType.APPLICATION_JSON)
public final class UserResource {

    private final AccountStore accounts;

    public UserResource(AccountStore accounts) {
        this.accounts = accounts;
    }

    /** A saved account as clients see it. */
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
    public UserView find(@PathParam("userId") String userId) {
        return Optional.of(userId)
                .filter(TextRules::isUserId)
                .flatMap(accounts::find)
                .map(UserView::of)
                .orElseThrow(() -> new ProblemException(404, "not_found", "There is no such user."));
    }
}
