package dev.registrar.store;

import dev.registrar.model.PaymentRequest;
import dev.registrar.model.UserProfile;

/** What was asked for, as it is kept in the row: enough to start the workflow again. */
public record RequestData(UserProfile userProfile, PaymentRequest payment) {}
