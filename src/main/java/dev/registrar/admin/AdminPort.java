package dev.registrar.admin;

import com.codahale.metrics.health.HealthCheck;
import dev.registrar.operations.AuditLog;
import dev.registrar.operations.BreakerOperations;
import dev.registrar.operations.CompensationOperations;
import dev.registrar.operations.ErasureOperations;
import dev.registrar.operations.InquiryOperations;
import dev.registrar.operations.ReconcileOperations;
import dev.registrar.operations.RefundOperations;
import dev.registrar.operations.RegistrationOperations;
import dev.registrar.operations.ReplayOperations;
import dev.registrar.operations.ResendBatchOperations;
import dev.registrar.operations.ResendOperations;
import dev.registrar.operations.ServiceHealth;
import dev.registrar.operations.ServiceHealth.Condition;
import dev.registrar.operations.WorkerOperations;
import io.dropwizard.core.setup.Environment;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Registers the tasks, health checks and readiness of the admin port. */
public record AdminPort(
        CompensationOperations compensations,
        ReplayOperations replays,
        RegistrationOperations registrations,
        InquiryOperations inquiries,
        RefundOperations refunds,
        ResendOperations resends,
        ResendBatchOperations resendBatches,
        ReconcileOperations comparisons,
        BreakerOperations breakers,
        WorkerOperations worker,
        ErasureOperations erasure,
        AuditLog audit,
        ServiceHealth health) {

    /**
     * Call this when {@code environment}'s object mapper is configured for the REST interface.
     *
     * @return the paths of the tasks, and whether they are read-only
     */
    public Map<String, Boolean> register(Environment environment) {
        Map<String, Boolean> paths = new TreeMap<>();
        for (OperatorTask task : tasks(new TaskPrinter(environment.getObjectMapper()))) {
            environment.admin().addTask(task);
            paths.put("/tasks/" + task.getName(), task.readsOnly());
        }
        environment
                .admin()
                .addFilter("tasks-reply", new TaskFilter())
                .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), true, "/tasks/*");
        environment.admin().addServlet("ready", new Readiness(health)).addMapping("/ready");
        health.conditions()
                .forEach((name, check) -> environment.healthChecks().register(name, new ConditionCheck(check)));
        return paths;
    }

    private List<OperatorTask> tasks(TaskPrinter printer) {
        List<OperatorTask> tasks =
                new ArrayList<>(new CompensationTasks(compensations, replays, refunds).tasks(printer));
        tasks.addAll(new RegistrationTasks(registrations, inquiries, erasure).tasks(printer));
        tasks.add(new OperatorTask(ResendTask.USAGE, new ResendTask(resends, resendBatches)::run, printer));
        tasks.addAll(new InstanceTasks(breakers, worker).tasks(printer));
        tasks.add(new OperatorTask(ReconcileTask.USAGE, new ReconcileTask(comparisons)::run, printer));
        tasks.add(new OperatorTask(AuditTask.USAGE, new AuditTask(audit)::run, printer));
        return tasks;
    }

    /** Always healthy, because a restart would not help; a degraded condition is shown in the details. */
    private static final class ConditionCheck extends HealthCheck {

        private final Supplier<Condition> check;

        private ConditionCheck(Supplier<Condition> check) {
            this.check = check;
        }

        @Override
        protected Result check() {
            Condition condition = check.get();
            return Result.builder()
                    .healthy()
                    .withMessage("%s", condition.message())
                    .withDetail("degraded", condition.degraded())
                    .build();
        }
    }

    /** 200 when this instance can accept registrations, otherwise 503 with the reason on one line. */
    private static final class Readiness extends HttpServlet {

        private static final long serialVersionUID = 1L;

        private final transient ServiceHealth health;

        private Readiness(ServiceHealth health) {
            this.health = health;
        }

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            Condition condition = health.readiness();
            response.setStatus(condition.degraded() ? 503 : 200);
            response.setContentType("text/plain;charset=utf-8");
            response.setHeader("Cache-Control", "no-store");
            response.getWriter().println(condition.degraded() ? condition.message() : "ready");
        }
    }
}
