package dev.registrar.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether values and nulls arrive in a real PostgreSQL as they do by JDBI's own factories. */
class FrequentArgumentsTest {

    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.empty();

    private static Jdbi own;
    private static Jdbi frequent;

    record Case(String sqlType, Type type, Object value) {}

    static List<Case> cases() {
        return List.of(
                new Case("text", String.class, "Žluťoučký \u20ac"),
                new Case("uuid", UUID.class, UUID.fromString("00000000-0000-4000-8000-0123456789ab")),
                new Case("bytea", byte[].class, new byte[] {0, 1, -1}),
                new Case("numeric", BigDecimal.class, new BigDecimal("49.90")),
                new Case("timestamptz", Instant.class, Instant.parse("2026-11-28T01:02:03.456789Z")),
                new Case("integer", Integer.class, 42),
                new Case("integer", int.class, 42),
                new Case("bigint", Long.class, 1L << 40),
                new Case("bigint", long.class, 1L << 40));
    }

    @BeforeAll
    static void open() {
        own = Jdbi.create(DATABASE.dataSource());
        frequent = Jdbi.create(DATABASE.dataSource()).registerArgument(new FrequentArguments());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void valueArrivesAsByJdbisOwnFactory(Case each) {
        assertThat(seen(frequent, each, each.value()))
                .isEqualTo(seen(own, each, each.value()))
                .isNotNull();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void nullArrivesAsByJdbisOwnFactory(Case each) {
        assertThat(seen(frequent, each, null)).isEqualTo(seen(own, each, null)).isEqualTo("<null>");
    }

    @Test
    void otherTypesAreLeftToJdbi() {
        String seen =
                frequent.withHandle(handle -> handle.createQuery("SELECT CAST(:short AS text) || CAST(:flag AS text)")
                        .bind("short", (short) 7)
                        .bind("flag", true)
                        .mapTo(String.class)
                        .one());

        assertThat(seen).isEqualTo("7true");
    }

    private static String seen(Jdbi jdbi, Case each, @Nullable Object value) {
        return jdbi.withHandle(handle -> {
            Query query = handle.createQuery(
                    "SELECT COALESCE(CAST(CAST(:value AS " + each.sqlType() + ") AS text), '<null>')");
            return query.bindByType("value", value, each.type())
                    .mapTo(String.class)
                    .one();
        });
    }
}
