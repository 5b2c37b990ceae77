package dev.registrar.probe;

import dev.registrar.outbound.ProviderFactory;
import java.util.function.Supplier;

/**
 * A configured provider, to be probed.
 *
 * @param port as registrations use it
 * @param hasSecret whether the provider knows us by one
 * @param wrong makes the same with a secret that the provider cannot know
 */
record Subject<T>(ProviderFactory factory, T port, boolean hasSecret, Supplier<T> wrong) {}
