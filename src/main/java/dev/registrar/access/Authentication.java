package dev.registrar.access;

import java.util.List;

/** Authenticates callers. Thread-safe. */
@FunctionalInterface
public interface Authentication {

    /**
     * Authenticates the caller.
     *
     * @param credentials the values of all {@code Authorization} headers of the request
     * @param remoteAddress whose failures are counted
     * @throws AccessRefusedException 401 if the credentials are invalid, 429 if that happened too often
     */
    Caller authenticate(List<String> credentials, String remoteAddress);
}
