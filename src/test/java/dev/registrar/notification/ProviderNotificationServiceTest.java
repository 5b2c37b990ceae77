package dev.registrar.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.model.CallLimit;
import dev.registrar.model.EmailAddress;
import dev.registrar.model.PhoneNumber;
import dev.registrar.model.RegistrationId;
import dev.registrar.notification.NotificationService.FindSms;
import dev.registrar.notification.NotificationService.MessageReceipt;
import dev.registrar.notification.NotificationService.WelcomeEmail;
import dev.registrar.notification.NotificationService.WelcomeSms;
import io.temporal.activity.ActivityOptions;
import io.temporal.activity.LocalActivityOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.common.RetryOptions;
import io.temporal.testing.TestActivityEnvironment;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ProviderNotificationServiceTest {

    @Test
    void messagesAreSentWithTheLimitOfTheirActivity() {
        RegistrationId id = RegistrationId.random();
        List<CallLimit> limits = new ArrayList<>();
        TestActivityEnvironment temporal = TestActivityEnvironment.newInstance();
        try {
            temporal.registerActivitiesImplementations(new ProviderNotificationService(
                    new EmailSender() {
                        @Override
                        public MessageGuarantees guarantees() {
                            return new MessageGuarantees(Duration.ofHours(24));
                        }

                        @Override
                        public MessageReceipt send(WelcomeEmail message, CallLimit limit) {
                            limits.add(limit);
                            return new MessageReceipt("e-" + message.resend());
                        }
                    },
                    (message, limit) -> {
                        limits.add(limit);
                        return new MessageReceipt("s-" + message.resend());
                    }));
            NotificationService durable = temporal.newActivityStub(NotificationService.class);
            NotificationService local = temporal.newLocalActivityStub(
                    NotificationService.class,
                    LocalActivityOptions.newBuilder()
                            .setStartToCloseTimeout(Duration.ofSeconds(5))
                            .build(),
                    Map.of());

            MessageReceipt email = local.sendWelcomeEmail(
                    new WelcomeEmail(id, new EmailAddress("ada@example.com"), "Ada", "welcome-1", "en", 0));
            MessageReceipt sms =
                    durable.sendSms(new WelcomeSms(id, new PhoneNumber("+14155550101"), "welcome-1", "en", 3));

            assertThat(email.messageId()).isEqualTo("e-0");
            assertThat(sms.messageId()).isEqualTo("s-3");
            assertThat(limits).containsExactly(CallLimit.LOCAL, CallLimit.FULL);
        } finally {
            temporal.close();
        }
    }

    @Test
    void messengerThatDoesNotDeduplicateIsCalledByOneDurableAttemptOnly() {
        RegistrationId id = RegistrationId.random();
        AtomicInteger sent = new AtomicInteger();
        TestActivityEnvironment temporal = TestActivityEnvironment.newInstance();
        try {
            temporal.registerActivitiesImplementations(new ProviderNotificationService(
                    (message, limit) -> new MessageReceipt("e-" + sent.incrementAndGet()), (message, limit) -> {
                        sent.incrementAndGet();
                        throw new IllegalStateException("lost");
                    }));
            NotificationService local = temporal.newLocalActivityStub(
                    NotificationService.class,
                    LocalActivityOptions.newBuilder()
                            .setStartToCloseTimeout(Duration.ofSeconds(5))
                            .setRetryOptions(RetryOptions.newBuilder()
                                    .setMaximumAttempts(1)
                                    .build())
                            .build(),
                    Map.of());
            NotificationService durable = temporal.newActivityStub(NotificationService.class);
            WelcomeEmail email = new WelcomeEmail(id, new EmailAddress("ada@example.com"), "Ada", "welcome-1", "en", 0);

            assertThatThrownBy(() -> local.sendWelcomeEmail(email)).hasStackTraceContaining("not sent locally");
            assertThat(sent).hasValue(0);
            assertThat(durable.sendWelcomeEmail(email).messageId()).isEqualTo("e-1");
            assertThatThrownBy(() -> durable.findSms(new FindSms(
                            new WelcomeSms(id, new PhoneNumber("+14155550101"), "welcome-1", "en", 0), Instant.EPOCH)))
                    .hasStackTraceContaining("does not find");
        } finally {
            temporal.close();
        }
    }

    @Test
    void secondAttemptOfAnActivityIsNotASecondMessage() {
        AtomicInteger sent = new AtomicInteger();
        TestWorkflowEnvironment temporal = TestWorkflowEnvironment.newInstance();
        try {
            Worker worker = temporal.newWorker("messages");
            worker.registerWorkflowImplementationTypes(TwoAttemptsWorkflowImpl.class);
            worker.registerActivitiesImplementations(new ProviderNotificationService(
                    (message, limit) -> {
                        sent.incrementAndGet();
                        throw new IllegalStateException("lost");
                    },
                    (message, limit) -> new MessageReceipt("s-1")));
            temporal.start();
            TwoAttemptsWorkflow workflow = temporal.getWorkflowClient()
                    .newWorkflowStub(
                            TwoAttemptsWorkflow.class,
                            WorkflowOptions.newBuilder()
                                    .setTaskQueue("messages")
                                    .build());

            assertThatThrownBy(workflow::run).hasStackTraceContaining("not sent twice");
            assertThat(sent).hasValue(1);
        } finally {
            temporal.close();
        }
    }

    @WorkflowInterface
    public interface TwoAttemptsWorkflow {

        @WorkflowMethod
        void run();
    }

    public static final class TwoAttemptsWorkflowImpl implements TwoAttemptsWorkflow {

        @Override
        public void run() {
            Workflow.newActivityStub(
                            NotificationService.class,
                            ActivityOptions.newBuilder()
                                    .setStartToCloseTimeout(Duration.ofSeconds(5))
                                    .setRetryOptions(RetryOptions.newBuilder()
                                            .setMaximumAttempts(2)
                                            .build())
                                    .build())
                    .sendWelcomeEmail(new WelcomeEmail(
                            RegistrationId.of("0f8e1c1a-0000-4000-8000-000000000001"),
                            new EmailAddress("ada@example.com"),
                            "Ada",
                            "welcome-1",
                            "en",
                            0));
        }
    }
}
