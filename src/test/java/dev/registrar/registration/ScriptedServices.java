package dev.registrar.registration;

import dev.registrar.account.DatabaseService;
import dev.registrar.compensation.CompensationRecords;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.notification.NotificationService;
import dev.registrar.payment.PaymentService;
import dev.registrar.profile.UserProfileService;
import dev.registrar.store.RegistrationRecords;
import io.temporal.activity.Activity;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** All activities, each served by the world of the registration that calls. */
final class ScriptedServices {

    private final Map<String, World> worlds = new ConcurrentHashMap<>();
    private final LongSupplier clock;

    /** @param clock workflow time in milliseconds */
    ScriptedServices(LongSupplier clock) {
        this.clock = clock;
    }

    void add(World world) {
        worlds.put(world.id().toString(), world);
    }

    Object[] activities() {
        return new Object[] {new Profiles(), new Payments(), new Accounts(), new Messages(), new Rows(), new Undos()};
    }

    /** The guard of all worlds. */
    void requireForward(RegistrationId id) {
        World world = worlds.get(id.toString());
        if (world != null) {
            world.ledger().requireForward(id);
        }
    }

    private World world() {
        World world = worlds.get(Activity.getExecutionContext().getInfo().getWorkflowId());
        if (world == null) {
            throw new IllegalStateException("no such world");
        }
        return world;
    }

    private <T> T serve(String method, Step step, Object argument, Supplier<T> service) {
        return world().serve(method, step, argument, clock, service);
    }

    private void serve(String method, Object argument, Runnable service) {
        serve(method, Step.DATABASE, argument, () -> {
            service.run();
            return "";
        });
    }

    private static int attempt() {
        return Activity.getExecutionContext().getInfo().getAttempt();
    }

    private final class Profiles implements UserProfileService {

        @Override
        public ProfileCreation createUserProfile(CreateUserProfile request) {
            return serve(
                    "createUserProfile",
                    Step.PROFILE,
                    request,
                    () -> world().providers().createProfile(attempt()));
        }

        @Override
        public ProfileLookup getUserProfile(ProfileReference request) {
            return serve(
                    "getUserProfile",
                    Step.PROFILE,
                    request,
                    () -> world().providers().profile());
        }

        @Override
        public ProfileLookup updateUserProfile(UpdateUserProfile request) {
            return serve(
                    "updateUserProfile",
                    Step.PROFILE,
                    request,
                    () -> world().providers().profile());
        }

        @Override
        public ProfileUndo deleteUserProfile(ProfileReference request) {
            return serve(
                    "deleteUserProfile",
                    Step.PROFILE,
                    request,
                    () -> new ProfileUndo(world().providers().deleteProfile(), attempt()));
        }
    }

    private final class Payments implements PaymentService {

        @Override
        public PaymentResult processPayment(ProcessPayment request) {
            return serve(
                    "processPayment",
                    Step.PAYMENT,
                    request,
                    () -> world().providers().charge(request.payment().amount(), attempt()));
        }

        @Override
        public PaymentLookup findPayment(FindPayment request) {
            return serve(
                    "findPayment",
                    Step.PAYMENT,
                    request,
                    () -> world().providers().find());
        }

        @Override
        public VoidResult voidPayment(VoidPayment request) {
            return serve(
                    "voidPayment",
                    Step.PAYMENT,
                    request,
                    () -> world().providers().voidCharge());
        }

        @Override
        public RefundResult refundPayment(RefundPayment request) {
            return serve(
                    "refundPayment",
                    Step.PAYMENT,
                    request,
                    () -> world().providers().refund(attempt()));
        }
    }

    private final class Accounts implements DatabaseService {

        @Override
        public AccountReceipt saveUserData(SaveUserData request) {
            return serve("saveUserData", Step.DATABASE, request, () -> {
                world().providers().saveAccount();
                return new AccountReceipt(attempt());
            });
        }

        @Override
        public AccountLookup getUserData(AccountReference request) {
            return serve(
                    "getUserData",
                    Step.DATABASE,
                    request,
                    () -> world().providers().account());
        }

        @Override
        public AccountUndo deleteUserData(AccountReference request) {
            return serve(
                    "deleteUserData",
                    Step.DATABASE,
                    request,
                    () -> new AccountUndo(world().providers().deleteAccount(), attempt()));
        }
    }

    private final class Messages implements NotificationService {

        @Override
        public MessageReceipt sendWelcomeEmail(WelcomeEmail request) {
            return serve("sendWelcomeEmail", Step.EMAIL, request, () -> send("email_1"));
        }

        @Override
        public MessageReceipt sendSms(WelcomeSms request) {
            return serve("sendSms", Step.SMS, request, () -> send("sms_1"));
        }

        private MessageReceipt send(String message) {
            world().providers().send(message);
            return new MessageReceipt(message, attempt());
        }
    }

    private final class Rows implements RegistrationRecords {

        @Override
        public OutcomeAnswer recordOutcome(Outcome outcome) {
            return serve(
                    "recordOutcome",
                    Step.DATABASE,
                    outcome,
                    () -> world().ledger().record(outcome));
        }

        @Override
        public void recordProgress(Progress progress) {
            serve("recordProgress", progress, () -> world().ledger().record(progress));
        }
    }

    private final class Undos implements CompensationRecords {

        @Override
        public UndoBegun beginUndo(BeginUndo request) {
            return serve(
                    "beginUndo", Step.DATABASE, request, () -> world().ledger().begin(request));
        }

        @Override
        public void closeUndo(CloseUndo request) {
            serve("closeUndo", request, () -> world().ledger().close(request));
        }

        @Override
        public void leaveOpen(LeaveOpen request) {
            serve("leaveOpen", request, () -> world().ledger().leaveOpen(request));
        }

        @Override
        public List<UndoRow> openLateUndo(OpenLateUndo request) {
            return serve(
                    "openLateUndo",
                    Step.DATABASE,
                    request,
                    () -> world().ledger().openLate(request));
        }

        @Override
        public void resolvePayment(ResolvePayment request) {
            throw new UnsupportedOperationException("only a replay resolves a payment");
        }

        @Override
        public void openResolvePayment(OpenResolvePayment request) {
            serve("openResolvePayment", request, () -> world().ledger().open(request));
        }
    }
}
