package dev.registrar.probe;

import dev.registrar.outbound.ProviderFactory;
import java.util.function.Supplier;

/**
 * A configured provider, to be probed.
 *
 * @param port the port that registrations use
 * @param hasSecret whether we authenticate by a secret
 * @param wrong creates the same port with a secret unknown to the provider
 */
record Subject<T>(ProviderFactory factory, T port, boolean hasSecret, Supplier<T> wrong) {}
