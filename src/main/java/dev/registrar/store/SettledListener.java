package dev.registrar.store;

import dev.registrar.model.RegistrationId;

/** Is told when this instance has written that a registration ended or needs attention. */
@FunctionalInterface
public interface SettledListener {

    /** Called on the writer's thread, after the commit; may come more than once. */
    void settled(RegistrationId id, RegistrationStatus status);
}
