package dev.registrar.access;

import java.util.List;

/** Tells who calls. Thread-safe. */
@FunctionalInterface
public interface Authentication {

    /**
     * The caller.
     *
     * @param credentials the values of all {@code Authorization} headers of the request
     * @param remoteAddress whose failures are counted
     * @throws AccessRefusedException 401 where the credentials are not good, 429 where that happened too often
     */
    Caller authenticate(List<String> credentials, String remoteAddress);
}
