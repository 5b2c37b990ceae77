package dev.registrar.admin;

import dev.registrar.operations.BreakerOperations;
import dev.registrar.operations.CompensationOperations;
import dev.registrar.operations.ErasureOperations;
import dev.registrar.operations.ReconcileOperations;
import dev.registrar.operations.RegistrationOperations;
import dev.registrar.operations.ReplayOperations;
import dev.registrar.operations.ResendOperations;
import dev.registrar.operations.ServiceHealth;
import dev.registrar.operations.WorkerOperations;
import io.dropwizard.core.setup.Environment;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Registers the tasks, health checks and readiness of the admin port.
 *
 * @param compensations for {@code compensations} and {@code compensation-resolve}
 * @param replays for {@code compensation-replay} and {@code compensation-batch}
 * @param registrations for {@code registration-cancel} and {@code registration-retry}
 */
public record AdminPort(
        CompensationOperations compensations,
        ReplayOperations replays,
        RegistrationOperations registrations,
        ResendOperations resends,
        ReconcileOperations comparisons,
        BreakerOperations breakers,
        WorkerOperations worker,
        ErasureOperations erasure,
        ServiceHealth health) {

    /**
     * Call this when {@code environment}'s object mapper is configured for the REST interface.
     *
     * @return the paths of the tasks, and whether they are read-only
     */
    public Map<String, Boolean> register(Environment environment) {
        TaskPrinter printer = new TaskPrinter(environment.getObjectMapper());
        Map<String, Boolean> paths = new TreeMap<>();
        for (OperatorTask task : tasks(printer)) {
            environment.admin().addTask(task);
            paths.put("/tasks/" + task.getName(), task.readsOnly());
        }
        environment
                .admin()
                .addFilter("tasks-reply", new TaskFilter())
                .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), true, "/tasks/*");
        environment.admin().addServlet("ready", new ReadinessServlet(health)).addMapping(ReadinessServlet.PATH);
        health.conditions()
                .forEach((name, look) -> environment.healthChecks().register(name, new ConditionHealthCheck(look)));
        return paths;
    }

    private List<OperatorTask> tasks(TaskPrinter printer) {
        return List.of(
                new CompensationsTask(compensations, printer),
                new CompensationReplayTask(replays, printer),
                new CompensationBatchTask(replays, printer),
                new CompensationResolveTask(compensations, printer),
                new CircuitBreakersTask(breakers, printer),
                new WorkerTask(worker, printer),
                new RegistrationCancelTask(registrations, printer),
                new RegistrationRetryTask(registrations, printer),
                new NotificationResendTask(resends, printer),
                new ReconcileTask(comparisons, printer),
                new EraseTask(erasure, printer));
    }
}
