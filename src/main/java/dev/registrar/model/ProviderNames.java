package dev.registrar.model;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which providers act for a registration, as {@code type@host}: another provider does not know what was done, so its
 * answers prove nothing.
 *
 * @param payment absent if unknown; then nothing is compared
 * @param profile likewise
 */
public record ProviderNames(
        @Nullable String payment, @Nullable String profile) {

    public static final ProviderNames UNKNOWN = new ProviderNames(null, null);

    public @Nullable String of(Step service) {
        return switch (service) {
            case PAYMENT -> payment;
            case PROFILE -> profile;
            case DATABASE, EMAIL, SMS -> null;
        };
    }

    /**
     * Whether another provider than this one acted: false if either is unknown.
     *
     * @param acting the one that acted
     */
    public boolean isNot(Step service, @Nullable String acting) {
        String name = of(service);
        return acting != null && name != null && !acting.equals(name);
    }

    /** The form stored in a column; null if nothing is known. */
    public @Nullable String written() {
        String text = Stream.of(Step.PAYMENT, Step.PROFILE)
                .filter(service -> of(service) != null)
                .map(service -> service.code() + "=" + of(service))
                .collect(Collectors.joining(" "));
        return text.isEmpty() ? null : text;
    }

    public static ProviderNames read(@Nullable String written) {
        return written == null ? UNKNOWN : new ProviderNames(name(written, Step.PAYMENT), name(written, Step.PROFILE));
    }

    private static @Nullable String name(String written, Step service) {
        String prefix = service.code() + "=";
        Optional<String> found = Arrays.stream(written.split(" "))
                .filter(part -> part.startsWith(prefix))
                .findFirst();
        return found.map(part -> part.substring(prefix.length())).orElse(null);
    }
}
