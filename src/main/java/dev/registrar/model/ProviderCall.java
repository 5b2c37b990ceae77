package dev.registrar.model;

import org.jspecify.annotations.Nullable;

/** An activity's argument that only makes sense to the provider which acts for its registration. */
public interface ProviderCall extends OfRegistration {

    Step service();

    /** The provider's name as in {@link ProviderNames}; null if any is meant. */
    @Nullable
    String provider();
}
