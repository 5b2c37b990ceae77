package dev.registrar.temporal;

/**
 * The server did not answer within the time given, or could not be reached at all. Whether the request had its effect is
 * not known: it may have been carried out with only its answer lost.
 */
public final class TemporalUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public TemporalUnavailableException(String message) {
        super(message);
    }

    public TemporalUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
