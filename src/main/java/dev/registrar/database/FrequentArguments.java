package dev.registrar.database;

import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.argument.ArgumentFactory;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Binds the types that nearly every statement has, exactly as JDBI's own factories do. Registered last, it is asked first: JDBI
 * asks its twenty factories in turn, for each type and each execution. Thread-safe.
 */
final class FrequentArguments implements ArgumentFactory.Preparable {

    private final Map<Type, Function<Object, Argument>> factories = new HashMap<>();

    FrequentArguments() {
        add(String.class, Types.VARCHAR, PreparedStatement::setString);
        add(UUID.class, Types.VARCHAR, PreparedStatement::setObject);
        add(byte[].class, Types.VARBINARY, PreparedStatement::setBytes);
        add(BigDecimal.class, Types.NUMERIC, PreparedStatement::setBigDecimal);
        add(
                Instant.class,
                Types.TIMESTAMP,
                (statement, position, value) -> statement.setTimestamp(position, Timestamp.from(value)));
        add(Integer.class, Types.INTEGER, PreparedStatement::setInt);
        add(int.class, Types.INTEGER, PreparedStatement::setInt);
        add(Long.class, Types.BIGINT, PreparedStatement::setLong);
        add(long.class, Types.BIGINT, PreparedStatement::setLong);
    }

    private <T> void add(Class<T> type, int sqlType, Binder<T> binder) {
        factories.put(type, value -> argument(sqlType, binder, value));
    }

    @SuppressWarnings("unchecked") // JDBI asks for a factory by the type of the value
    private static <T> Argument argument(int sqlType, Binder<T> binder, @Nullable Object value) {
        return value == null
                ? (position, statement, context) -> statement.setNull(position, sqlType)
                : (position, statement, context) -> binder.bind(statement, position, (T) value);
    }

    @Override
    public Optional<Function<Object, Argument>> prepare(Type type, ConfigRegistry config) {
        return Optional.ofNullable(factories.get(type));
    }

    private interface Binder<T> {

        void bind(PreparedStatement statement, int position, T value) throws SQLException;
    }
}
