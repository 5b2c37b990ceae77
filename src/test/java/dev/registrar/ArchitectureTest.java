package dev.registrar;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The packages of the design and their dependencies. Each rule is also shown to find a planted violation. */
class ArchitectureTest {

    private static final String BASE = "dev.registrar";
    private static final String PLANTED_BASE = "dev.registrar.planted";

    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(BASE);
    private static final JavaClasses PLANTED = new ClassFileImporter().importPackages(PLANTED_BASE);

    private static void holds(Function<ArchitectureRules, ArchRule> rule) {
        rule.apply(new ArchitectureRules(BASE, OURS)).check(OURS);
    }

    private static String found(Function<ArchitectureRules, ArchRule> rule) {
        return String.join(
                "\n",
                rule.apply(new ArchitectureRules(PLANTED_BASE, PLANTED))
                        .evaluate(PLANTED)
                        .getFailureReport()
                        .getDetails());
    }

    @Test
    void eachRoomUsesOnlyWhatTheTableAllows() {
        assertThat(found(ArchitectureRules::table))
                .contains("api.ProviderCaller")
                .contains("profile.PaymentUser")
                .contains("store.Circle")
                .contains("package util is not in the table");

        holds(ArchitectureRules::table);
    }

    @Test
    void sagaAndLedgerSeeOnlyActivityInterfacesAndValuesOfProviders() {
        assertThat(found(ArchitectureRules::activitiesOnly)).contains("ClockReadingWorkflowImpl", "Gateway");

        holds(ArchitectureRules::activitiesOnly);
    }

    @Test
    void workflowCodeTouchesOnlyActivitiesValuesAndTheWorkflowApi() {
        assertThat(found(ArchitectureRules::workflowCode))
                .contains("java.time.Clock")
                .contains("java.time.Instant.now()")
                .contains("java.lang.System.currentTimeMillis()")
                .contains("java.util.Random")
                .contains("java.util.UUID.randomUUID()")
                .contains("payment.Gateway")
                .contains("WorkflowHelper.nanos()")
                .contains("store.Circle")
                .contains("org.jdbi.v3.core.Jdbi")
                .contains("io.micrometer.core.instrument.Counter")
                .contains("java.net.http.HttpClient")
                .contains("io.dropwizard.util.Duration")
                .doesNotContain("io.temporal.workflow");

        holds(ArchitectureRules::workflowCode);
    }

    @Test
    void workflowCodeIsFoundByWhatItUses() {
        assertThat(new ArchitectureRules(BASE, OURS).workflowClassNames())
                .contains(
                        "RegistrationWorkflowImpl",
                        "CriticalSteps",
                        "WelcomeSteps",
                        "Unwinding",
                        "StepTracker",
                        "OutcomeRecorder",
                        "Inquiries",
                        "PaymentVerdict",
                        "UndoExecutor",
                        "Attendance",
                        "PatientCall")
                .doesNotContain(
                        "RegistrationService", "Sweeper", "LocalAttempts", "JdbiCompensationRecords", "LiveProgress");
    }

    @Test
    void providersNeverUseEachOther() {
        assertThat(found(ArchitectureRules::providersApart)).contains("profile.PaymentUser");

        holds(ArchitectureRules::providersApart);
    }

    @Test
    void nobodyUsesTheSandbox() {
        assertThat(found(ArchitectureRules::sandboxUnused)).contains("notification.ToyPlayer");

        holds(ArchitectureRules::sandboxUnused);
    }

    @Test
    void facesNeverCallAProvider() {
        assertThat(found(ArchitectureRules::facesApartFromProviders)).contains("api.ProviderCaller");

        holds(ArchitectureRules::facesApartFromProviders);
    }

    @Test
    void roomsHaveNoCycles() {
        assertThat(found(ArchitectureRules::noCycles)).contains("store.Circle", "registration.CyclePartner");

        holds(ArchitectureRules::noCycles);
    }

    @Test
    void noPackageIsADrawer() {
        assertThat(found(ArchitectureRules::noDrawers)).contains("util.Drawer");

        holds(ArchitectureRules::noDrawers);
    }
}
