package dev.registrar.model;

import org.jspecify.annotations.Nullable;

/** The argument of an activity that only the provider acting for its registration can serve. */
public interface ProviderCall extends OfRegistration {

    Step service();

    /** The provider's name as in {@link ProviderNames}; null if any is meant. */
    @Nullable
    String provider();
}
