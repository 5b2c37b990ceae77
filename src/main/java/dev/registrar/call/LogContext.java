package dev.registrar.call;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** Adds the registration's id to log lines. */
public final class LogContext {

    /** In the logging context (MDC). */
    public static final String KEY = "registrationId";

    private LogContext() {}

    /** Does the work with the id in this thread's logging context, then restores the previous one. */
    public static <T> T about(@Nullable String registrationId, Supplier<T> work) {
        String before = MDC.get(KEY);
        MDC.put(KEY, registrationId);
        try {
            return work.get();
        } finally {
            if (before == null) {
                MDC.remove(KEY);
            } else {
                MDC.put(KEY, before);
            }
        }
    }

    /** The same for work without a result. */
    public static void about(@Nullable String registrationId, Runnable work) {
        about(registrationId, () -> {
            work.run();
            return true;
        });
    }
}
