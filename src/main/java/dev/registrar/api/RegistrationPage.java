package dev.registrar.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** @param nextCursor for the next page; null on the last one */
public record RegistrationPage(
        List<RegistrationView> items, @Nullable String nextCursor) {}
