package dev.registrar.operations;

import dev.registrar.model.PhoneNumber;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.UserProfile;
import dev.registrar.operations.AuditLog.Entry;
import dev.registrar.store.RegistrationStore;
import dev.registrar.store.RequestData;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Shows an operator the personal data of a registration, and records that it did. Thread-safe. */
public final class PersonalDataReveal {

    private final RegistrationStore store;
    private final AuditLog audit;

    public PersonalDataReveal(RegistrationStore store, AuditLog audit) {
        this.store = store;
        this.audit = audit;
    }

    /**
     * The personal data as it was requested.
     *
     * @param description of the payment
     */
    public record PersonalData(
            String email,
            String fullName,
            @Nullable String phoneNumber,
            @Nullable String description,
            Map<String, @Nullable Object> preferences) {

        static PersonalData of(RequestData request) {
            UserProfile profile = request.userProfile();
            PhoneNumber phone = profile.phoneNumber();
            return new PersonalData(
                    profile.email().value(),
                    profile.fullName(),
                    phone == null ? null : phone.value(),
                    request.payment().description(),
                    profile.preferences());
        }

        @Override
        public String toString() {
            return "PersonalData[…]";
        }
    }

    /**
     * Nothing is returned unless the audit entry is committed.
     *
     * @throws OperationRefusedException if there is no such registration, or its data was erased
     */
    public PersonalData reveal(UUID uuid, OperatorNote note) {
        RegistrationId id = new RegistrationId(uuid);
        if (store.find(id).isEmpty()) {
            throw OperationRefusedException.unknown("registration " + id);
        }
        Entry entry = new Entry("personal-data", RegistrationOperations.subject(id));
        RequestData request = audit.changing(note, entry, () -> store.request(id), found -> found.isPresent())
                .orElseThrow(() -> OperationRefusedException.wrongState(
                        "erased: the personal data of this registration was erased."));
        return PersonalData.of(request);
    }
}
