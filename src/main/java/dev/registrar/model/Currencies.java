package dev.registrar.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Properties;

/**
 * The minor unit of each ISO 4217 currency, from the committed table {@code currencies.properties}: the JDK's own table
 * differs from version to version, and an amount must mean the same on all of them.
 */
public final class Currencies {

    private static final Map<String, Integer> MINOR_UNITS = load();

    private Currencies() {}

    /** The number of decimals of this currency; empty if the code is unknown or has no minor unit. */
    public static OptionalInt minorUnit(String code) {
        Integer unit = MINOR_UNITS.get(code);
        return unit == null ? OptionalInt.empty() : OptionalInt.of(unit);
    }

    private static Map<String, Integer> load() {
        Properties table = new Properties();
        try (InputStream in = Objects.requireNonNull(
                Currencies.class.getResourceAsStream("/currencies.properties"), "currencies.properties")) {
            table.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, Integer> units = new HashMap<>();
        table.forEach((code, unit) -> units.put((String) code, Integer.valueOf((String) unit)));
        return Map.copyOf(units);
    }
}
