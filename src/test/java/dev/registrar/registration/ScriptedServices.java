package dev.registrar.registration;

import dev.registrar.account.DatabaseService;
import dev.registrar.compensation.CompensationRecords;
import dev.registrar.model.Origin;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.notification.NotificationService;
import dev.registrar.payment.PaymentService;
import dev.registrar.profile.UserProfileService;
import dev.registrar.store.RegistrationRecords;
import dev.registrar.store.RegistrationRecords.CommandOf;
import dev.registrar.store.RegistrationRecords.RunOf;
import io.temporal.activity.Activity;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** All activities, each served by the world of the calling registration, on the real rows. */
final class ScriptedServices {

    private static final RegistrationRecords RECORDS = Tables.shared().records();
    private static final CompensationRecords UNDOS = Tables.shared().undos();

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
        return new Object[] {
            new Profiles(), new Payments(), new Accounts(), new Messages(), new Rows(), new Undos(), new Again()
        };
    }

    /** The guard of all worlds. */
    void requireForward(RegistrationId id, Origin origin) {
        World world = worlds.get(id.toString());
        if (world != null) {
            world.ledger().requireForward(origin);
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

    private <A, T> T row(String method, A argument, Function<A, T> service) {
        return serve(method, Step.DATABASE, argument, () -> service.apply(argument));
    }

    private <A> void write(String method, A argument, Consumer<A> service) {
        row(method, argument, request -> {
            service.accept(request);
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
                    () -> world().providers().refund(request, attempt()));
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

        @Override
        public FoundSms findSms(FindSms request) {
            return serve(
                    "findSms",
                    Step.SMS,
                    request,
                    () -> new FoundSms(world().providers().messages().contains("sms_1") ? "sms_1" : null));
        }

        private MessageReceipt send(String message) {
            world().providers().send(message);
            return new MessageReceipt(message, attempt());
        }
    }

    private final class Rows implements RegistrationRecords {

        @Override
        public OutcomeAnswer recordOutcome(Outcome outcome) {
            return row("recordOutcome", outcome, RECORDS::recordOutcome);
        }

        @Override
        public void recordProgress(Progress progress) {
            row("recordProgress", progress, request -> {
                world().ledger().note(request);
                RECORDS.recordProgress(request);
                return "";
            });
        }

        @Override
        public Standing claim(RunOf request) {
            return row("claim", request, RECORDS::claim);
        }

        @Override
        public List<PendingCommand> pendingCommands(RunOf request) {
            return row("pendingCommands", request, RECORDS::pendingCommands);
        }

        @Override
        public void applyCancel(CommandOf request) {
            write("applyCancel", request, RECORDS::applyCancel);
        }

        @Override
        public void recordApplied(Applied request) {
            write("recordApplied", request, RECORDS::recordApplied);
        }

        @Override
        public RestAnswer rest(Rest request) {
            return row("rest", request, RECORDS::rest);
        }

        @Override
        public int attendToEarlier(Earlier request) {
            return row("attendToEarlier", request, RECORDS::attendToEarlier);
        }

        @Override
        public EarlierAnswer earlierAnswer(EarlierCommand request) {
            return row("earlierAnswer", request, RECORDS::earlierAnswer);
        }
    }

    private final class Undos implements CompensationRecords {

        @Override
        public UndoBegun beginUndo(BeginUndo request) {
            return row("beginUndo", request, UNDOS::beginUndo);
        }

        @Override
        public List<UndoRow> rows(RunOf request) {
            return row("rows", request, UNDOS::rows);
        }

        @Override
        public List<UndoRow> openRows(OpenRows request) {
            return row("openRows", request, UNDOS::openRows);
        }

        @Override
        public void openResolvePayment(OpenResolvePayment request) {
            write("openResolvePayment", request, UNDOS::openResolvePayment);
        }

        @Override
        public String nameRefund(NameRefund request) {
            return row("nameRefund", request, UNDOS::nameRefund);
        }

        @Override
        public void closeUndo(CloseUndo request) {
            write("closeUndo", request, UNDOS::closeUndo);
        }

        @Override
        public void leaveOpen(LeaveOpen request) {
            write("leaveOpen", request, UNDOS::leaveOpen);
        }

        @Override
        public ResolveOrder resolveOrder(CommandOf request) {
            return row("resolveOrder", request, UNDOS::resolveOrder);
        }

        @Override
        public void resolveRow(ResolveRow request) {
            write("resolveRow", request, UNDOS::resolveRow);
        }

        @Override
        public boolean refundAgain(RefundAgain request) {
            return row("refundAgain", request, UNDOS::refundAgain);
        }

        @Override
        public void recordRefundLook(RefundLook request) {
            write("recordRefundLook", request, UNDOS::recordRefundLook);
        }

        @Override
        public AccountData accountData(RunOf request) {
            return row("accountData", request, UNDOS::accountData);
        }
    }

    private final class Again implements ResendRecords {

        @Override
        public ResendOrder resendOrder(CommandOf request) {
            return row("resendOrder", request, Tables.shared().resends()::resendOrder);
        }
    }
}
