package dev.registrar.store;

import dev.registrar.model.RegistrationId;
import dev.registrar.store.RegistrationRecords.Outcome;

/** Is told when this instance has written that a registration ended or needs attention. */
@FunctionalInterface
public interface SettledListener {

    /** Called on the writer's thread, after the commit; may come more than once. */
    void settled(RegistrationId id, RegistrationStatus status);

    /** The same, with all that was written: nobody has to read it again. */
    default void settled(Outcome written) {
        settled(written.registrationId(), written.status());
    }
}
