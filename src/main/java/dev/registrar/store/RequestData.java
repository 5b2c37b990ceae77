package dev.registrar.store;

import dev.registrar.model.PaymentRequest;
import dev.registrar.model.UserProfile;

/** The request as stored in the row: enough to start the workflow again. */
public record RequestData(UserProfile userProfile, PaymentRequest payment) {}
