package dev.registrar.reconcile;

import dev.registrar.account.DatabaseService.AccountLookup;
import dev.registrar.compensation.Compensation;
import dev.registrar.compensation.UndoAction;
import dev.registrar.model.Money;
import dev.registrar.model.ProviderNames;
import dev.registrar.model.Step;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.FoundRefund;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.payment.PaymentService.RefundStatus;
import dev.registrar.profile.UserProfileService.ProfileLookup.Ownership;
import dev.registrar.reconcile.HeldBeside.Verdict;
import dev.registrar.reconcile.ProviderInquiry.Answer;
import dev.registrar.store.Registration;
import dev.registrar.store.StepReport;
import dev.registrar.store.StepStatus;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Compares answers of providers with the rows of one registration. A step whose outcome is unknown to us differs from
 * every answer; a step under way agrees with every answer.
 */
final class HeldComparison {

    private static final String UNKNOWN = "unknown";

    private final Registration row;
    private final ProviderNames acting;
    private final List<Compensation> rows;

    HeldComparison(Registration row, ProviderNames acting, List<Compensation> rows) {
        this.row = row;
        this.acting = acting;
        this.rows = rows;
    }

    /**
     * What our rows say.
     *
     * @param text in words
     * @param held whether the provider should hold it; absent if either is right, or neither
     * @param open whether nothing contradicts it, because it is under way
     */
    private record Ours(String text, @Nullable Boolean held, boolean open) {

        private Verdict verdict(boolean seen) {
            boolean agrees = held == null ? open : held == seen;
            return agrees ? Verdict.AGREES : Verdict.DIFFERS;
        }
    }

    List<HeldBeside> profile(Answer<Ownership> answer) {
        Ours ours = existence(Step.PROFILE, UndoAction.DELETE_PROFILE);
        Ownership held = answer.held();
        String reference = held == Ownership.OURS ? row.userId() : null;
        return List.of(
                held == null
                        ? unanswered(Step.PROFILE, answer, ours.text())
                        : item(Step.PROFILE, answer, owner(held.name()), ours, held == Ownership.OURS, reference));
    }

    List<HeldBeside> account(Answer<AccountLookup> answer) {
        Ours ours = existence(Step.DATABASE, UndoAction.DELETE_ACCOUNT);
        AccountLookup held = answer.held();
        String reference = held == AccountLookup.OURS ? row.userId() : null;
        return List.of(
                held == null
                        ? unanswered(Step.DATABASE, answer, ours.text())
                        : item(Step.DATABASE, answer, owner(held.name()), ours, held == AccountLookup.OURS, reference));
    }

    /** One for each payment held; one if none is. */
    List<HeldBeside> payments(Answer<List<FoundPayment>> answer) {
        List<FoundPayment> held = answer.held();
        if (held == null) {
            return List.of(unanswered(Step.PAYMENT, answer, charge().text()));
        }
        if (held.isEmpty()) {
            return List.of(item(Step.PAYMENT, answer, "no payment", charge(), false, null));
        }
        return held.stream()
                .map(payment -> payment(answer, payment, held.size()))
                .toList();
    }

    HeldBeside notAsked(Step service) {
        StepReport step = step(service);
        String reference = step == null ? null : step.reference();
        return new HeldBeside(service, null, "not asked", text(step), Verdict.NOT_ASKED, reference, null, null);
    }

    private HeldBeside payment(Answer<?> answer, FoundPayment payment, int number) {
        Optional<Compensation> refund = newest(UndoAction.REFUND, payment.transactionId());
        String charged = row.transactionId().orElse(null);
        boolean known = charged == null ? number == 1 : charged.equals(payment.transactionId());
        Ours ours =
                refund.map(HeldComparison::undone).orElseGet(() -> known ? charge() : new Ours("no row", false, false));
        boolean wrong = Boolean.TRUE.equals(ours.held()) && refund.isEmpty() && !isWhole(payment);
        Verdict verdict = wrong ? Verdict.DIFFERS : ours.verdict(holdsMoney(payment));
        return new HeldBeside(
                Step.PAYMENT,
                acting.payment(),
                words(payment),
                ours.text(),
                verdict,
                payment.transactionId(),
                payment.remainder(),
                answer.at());
    }

    private static boolean holdsMoney(FoundPayment payment) {
        return payment.status() != PaymentStatus.PENDING && !payment.remainder().isZero();
    }

    /** Whether exactly what was to be charged is captured, and none of it refunded. */
    private boolean isWhole(FoundPayment payment) {
        return payment.captured().equals(row.amount()) && payment.refunded().isZero();
    }

    private static String words(FoundPayment payment) {
        StringBuilder text = new StringBuilder(payment.status().name().toLowerCase(Locale.ROOT));
        text.append(", captured ").append(words(payment.captured()));
        if (!payment.refunded().isZero()) {
            text.append(", refunded ").append(words(payment.refunded()));
        }
        for (RefundStatus status : List.of(RefundStatus.PENDING, RefundStatus.FAILED)) {
            long refunds = payment.refunds().stream()
                    .map(FoundRefund::status)
                    .filter(Predicate.isEqual(status))
                    .count();
            if (refunds > 0) {
                text.append(", refunds ")
                        .append(status.name().toLowerCase(Locale.ROOT))
                        .append(": ")
                        .append(refunds);
            }
        }
        return text.toString();
    }

    private static String words(Money money) {
        return money.amount().toPlainString() + " " + money.currency();
    }

    private static String owner(String ownership) {
        return switch (ownership) {
            case "OURS" -> "there, of this registration";
            case "FOREIGN" -> "there, of another registration";
            default -> "not there";
        };
    }

    /** What our rows say about the charge, refunds of it included. */
    private Ours charge() {
        String transaction = row.transactionId().orElse(null);
        if (unclosed(UndoAction.RESOLVE_PAYMENT)) {
            return new Ours("outcome unknown", null, false);
        }
        return newest(UndoAction.REFUND, transaction)
                .or(() -> newest(UndoAction.REFUND, null))
                .map(HeldComparison::undone)
                .orElseGet(() -> done(Step.PAYMENT));
    }

    private Ours existence(Step service, UndoAction undo) {
        return last(undo)
                .map(HeldComparison::undone)
                .or(() -> service == Step.DATABASE
                        ? last(UndoAction.SAVE_ACCOUNT).map(HeldComparison::saved)
                        : Optional.empty())
                .orElseGet(() -> done(service));
    }

    private Optional<Compensation> last(UndoAction action) {
        return rows.stream().filter(each -> each.action() == action).reduce((earlier, later) -> later);
    }

    private static Ours saved(Compensation repair) {
        return new Ours(
                repair.action().code() + " " + repair.state(), repair.state().closed(), false);
    }

    private static Ours undone(Compensation undo) {
        return new Ours(undo.action().code() + " " + undo.state(), !undo.state().closed(), false);
    }

    /** What the step says, without an undo. */
    private Ours done(Step service) {
        StepReport step = step(service);
        StepStatus status = step == null ? StepStatus.PENDING : step.status();
        return switch (status) {
            case SUCCEEDED -> new Ours(text(step), true, false);
            case UNKNOWN -> new Ours(text(step), null, false);
            case RUNNING, WAITING -> new Ours(text(step), null, true);
            case PENDING -> new Ours(text(step), row.status().ended() ? Boolean.FALSE : null, true);
            case FAILED, SKIPPED -> new Ours(text(step), false, false);
        };
    }

    private boolean unclosed(UndoAction action) {
        return rows.stream()
                .anyMatch(each -> each.action() == action && !each.state().closed());
    }

    /** The unclosed one, or the last. */
    private Optional<Compensation> newest(UndoAction action, @Nullable String reference) {
        List<Compensation> same = rows.stream()
                .filter(each -> each.action() == action && Objects.equals(each.reference(), reference))
                .toList();
        return same.stream()
                .filter(each -> !each.state().closed())
                .findFirst()
                .or(() -> same.stream().reduce((earlier, later) -> later));
    }

    private @Nullable StepReport step(Step service) {
        return row.steps().stream()
                .filter(step -> step.name() == service)
                .findFirst()
                .orElse(null);
    }

    private static String text(@Nullable StepReport step) {
        return step == null ? UNKNOWN : step.status().name().toLowerCase(Locale.ROOT);
    }

    private HeldBeside item(
            Step service, Answer<?> answer, String held, Ours ours, boolean seen, @Nullable String reference) {
        return new HeldBeside(
                service, acting.of(service), held, ours.text(), ours.verdict(seen), reference, null, answer.at());
    }

    private HeldBeside unanswered(Step service, Answer<?> answer, String ours) {
        return new HeldBeside(
                service,
                acting.of(service),
                String.valueOf(answer.failure()),
                ours,
                answer.asked() ? Verdict.NO_ANSWER : Verdict.NOT_ASKED,
                service == Step.PAYMENT ? row.transactionId().orElse(null) : null,
                null,
                null);
    }
}
