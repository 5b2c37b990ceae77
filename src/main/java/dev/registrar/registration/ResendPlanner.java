package dev.registrar.registration;

import dev.registrar.model.EmailAddress;
import dev.registrar.model.PhoneNumber;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.model.UserProfile;
import dev.registrar.registration.ResendRecords.ResendData;
import dev.registrar.registration.Resends.Resend;
import dev.registrar.store.BatchItems.Resender;
import dev.registrar.store.CommandInbox.Sender;
import dev.registrar.store.Registration;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.RegistrationStore;
import dev.registrar.store.RequestData;
import dev.registrar.store.StepStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Decides which welcome messages a resend sends, and to whom; stores the commands of batches that resend. A user who
 * has opted out, or has no number, gets none. Thread-safe.
 */
public final class ResendPlanner implements Resender {

    private static final List<Step> CHANNELS = List.of(Step.EMAIL, Step.SMS);

    private final RegistrationStore registrations;
    private final Resends resends;
    private final Messengers messengers;

    public ResendPlanner(RegistrationStore registrations, Resends resends, Messengers messengers) {
        this.registrations = registrations;
        this.resends = resends;
        this.messengers = messengers;
    }

    /**
     * Corrected data, valid; absent components stay as they are.
     *
     * @param locale the language of the texts
     */
    public record Correction(
            @Nullable String email,
            @Nullable String phoneNumber,
            @Nullable String locale) {

        /** The channels whose address is corrected. */
        private List<Step> channels() {
            return CHANNELS.stream()
                    .filter(channel -> (channel == Step.EMAIL ? email : phoneNumber) != null)
                    .toList();
        }

        /** What is corrected: the channels, and {@link Step#PROFILE} for the locale. */
        private List<Step> corrected() {
            List<Step> corrected = new ArrayList<>(channels());
            if (locale != null) {
                corrected.add(Step.PROFILE);
            }
            return corrected;
        }

        private UserProfile of(UserProfile profile) {
            Map<String, @Nullable Object> preferences = new LinkedHashMap<>(profile.preferences());
            if (locale != null) {
                preferences.put("locale", locale);
            }
            return new UserProfile(
                    profile.userId(),
                    email == null ? profile.email() : EmailAddress.normalised(email),
                    profile.fullName(),
                    phoneNumber == null ? profile.phoneNumber() : new PhoneNumber(phoneNumber),
                    preferences);
        }

        /** Whether an earlier resend was corrected to the same. */
        public boolean isIn(ResendData data) {
            UserProfile profile = data.profile();
            PhoneNumber number = profile.phoneNumber();
            boolean sameEmail = email == null
                    || (data.corrected().contains(Step.EMAIL)
                            && profile.email().equals(EmailAddress.normalised(email)));
            boolean samePhone = phoneNumber == null
                    || (data.corrected().contains(Step.SMS)
                            && number != null
                            && number.value().equals(phoneNumber));
            boolean sameLocale = locale == null
                    || (data.corrected().contains(Step.PROFILE)
                            && locale.equals(profile.preferences().get("locale")));
            return sameEmail && samePhone && sameLocale;
        }
    }

    /**
     * The content of the next resend: the messages whose address is corrected, else those that never succeeded, else
     * both. Empty if the request was erased; without channels if nothing may be sent.
     */
    public Optional<ResendData> next(Registration row, List<Resend> earlier, Correction correction) {
        return profile(row, earlier).map(current -> {
            UserProfile profile = correction.of(current);
            List<Step> wanted = CHANNELS.stream()
                    .filter(channel -> NotificationPreferences.wanted(profile, channel))
                    .toList();
            List<Step> failed = wanted.stream()
                    .filter(channel -> !succeeded(row, earlier, channel))
                    .toList();
            List<Step> addressed = correction.channels();
            List<Step> asked = addressed.isEmpty() ? (failed.isEmpty() ? wanted : failed) : addressed;
            return data(
                    row,
                    profile,
                    correction.corrected(),
                    asked.stream().filter(wanted::contains).toList());
        });
    }

    /**
     * What failed is sent again under the number of the last resend if that left the same, else under the next. While a
     * resend is under way, there is no other: its command is the result if it sends all of them.
     */
    @Override
    public Optional<Integer> resend(Handle handle, RegistrationId id, List<Step> channels, Sender sender) {
        List<Resend> earlier = resends.of(id);
        Resend last = earlier.isEmpty() ? null : earlier.get(earlier.size() - 1);
        Registration row = registrations.find(id).orElseThrow();
        List<Step> left = channels.stream()
                .filter(channel -> !succeeded(row, earlier, channel))
                .toList();
        if (row.status() != RegistrationStatus.COMPLETED || left.isEmpty()) {
            return Optional.empty();
        }
        if (last != null && last.running() && !last.left().containsAll(left)) {
            return Optional.empty();
        }
        if (last != null && (last.running() || last.left().equals(left))) {
            return Optional.of(resends.ask(handle, id, last.n(), last.data(), sender));
        }
        return profile(row, earlier).flatMap(profile -> {
            List<Step> wanted = left.stream()
                    .filter(channel -> NotificationPreferences.wanted(profile, channel))
                    .toList();
            return wanted.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            resends.ask(handle, id, earlier.size() + 1, data(row, profile, List.of(), wanted), sender));
        });
    }

    /** With all corrections so far. */
    private Optional<UserProfile> profile(Registration row, List<Resend> earlier) {
        return earlier.isEmpty()
                ? registrations.request(row.id()).map(RequestData::userProfile)
                : Optional.of(earlier.get(earlier.size() - 1).data().profile());
    }

    private ResendData data(Registration row, UserProfile profile, List<Step> corrected, List<Step> channels) {
        String transactionId = row.transactionId().orElse(null);
        return new ResendData(
                profile, corrected, channels, messengers.emailTemplate(), messengers.smsTemplate(), transactionId);
    }

    private static boolean succeeded(Registration row, List<Resend> earlier, Step channel) {
        return row.steps().stream().anyMatch(step -> step.name() == channel && step.status() == StepStatus.SUCCEEDED)
                || earlier.stream().anyMatch(resend -> resend.succeeded(channel));
    }
}
