package dev.registrar.store;

import dev.registrar.model.RegistrationId;
import dev.registrar.store.RegistrationFilter.Position;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/** The opaque {@code cursor} of a list. The checksum catches accidents, not attacks: a cursor grants no rights. Stateless. */
public final class PageCursor {

    private static final Pattern FORM = Pattern.compile("([0-9]{1,18})/([0-9a-f-]{36})/([0-9a-f]{1,8})");

    private PageCursor() {}

    public static String write(Position position) {
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, position.createdAt());
        String content = micros + "/" + position.id();
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((content + "/" + sum(content)).getBytes(StandardCharsets.US_ASCII));
    }

    /** Empty if it was not written by {@link #write}. */
    public static Optional<Position> read(String cursor) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(cursor);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        Matcher parts = FORM.matcher(new String(bytes, StandardCharsets.US_ASCII));
        if (!parts.matches() || !sum(parts.group(1) + "/" + parts.group(2)).equals(parts.group(3))) {
            return Optional.empty();
        }
        Instant createdAt = Instant.EPOCH.plus(Long.parseLong(parts.group(1)), ChronoUnit.MICROS);
        return RegistrationId.parse(parts.group(2)).map(id -> new Position(createdAt, id));
    }

    private static String sum(String content) {
        CRC32 sum = new CRC32();
        sum.update(content.getBytes(StandardCharsets.US_ASCII));
        return Long.toHexString(sum.getValue());
    }
}
