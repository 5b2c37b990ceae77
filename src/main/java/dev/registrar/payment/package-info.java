/**
 * The payment gateway: activity interface, its implementation, the port and its HTTP adapter.
 */
@NullMarked
package dev.registrar.payment;

import org.jspecify.annotations.NullMarked;
