package dev.registrar.bench;

import io.temporal.activity.ActivityInterface;

/** The specification's four activities. */
@ActivityInterface
public interface SequentialSteps {

    void createUserProfile(NewUser user);

    /** Returns the id of the transaction. */
    String processPayment(NewUser user);

    void saveUserData(PaidUser user);

    void sendWelcomeEmail(NewUser user);

    /** @param transactionId of the payment */
    record PaidUser(NewUser user, String transactionId) {}
}
