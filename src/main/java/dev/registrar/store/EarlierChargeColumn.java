package dev.registrar.store;

import dev.registrar.model.RegistrationId;
import java.sql.Array;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the array of earlier registrations whose charge is in doubt; nearly always there are none. */
final class EarlierChargeColumn {

    private EarlierChargeColumn() {}

    static List<EarlierCharge> read(@Nullable Array column) throws SQLException {
        if (column == null) {
            return List.of();
        }
        return Arrays.stream((UUID[]) column.getArray())
                .map(id -> new EarlierCharge(new RegistrationId(id)))
                .toList();
    }
}
