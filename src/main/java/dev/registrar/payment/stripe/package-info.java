/**
 * Payments through Stripe's v1 interface: a PaymentIntent is created, then confirmed; an unconfirmed one never charges, and a
 * cancelled one never will.
 */
@NullMarked
package dev.registrar.payment.stripe;

import org.jspecify.annotations.NullMarked;
