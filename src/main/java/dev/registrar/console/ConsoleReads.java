package dev.registrar.console;

import dev.registrar.operations.FailureSummary;
import dev.registrar.operations.HourHistory;
import dev.registrar.operations.Overview;
import dev.registrar.operations.PersonalDataReveal;
import dev.registrar.operations.RegistrationSearch;
import dev.registrar.operations.RegistrationTimeline;
import dev.registrar.operations.ServiceOverview;
import dev.registrar.operations.WorkerOverview;

/** What the console reads beside what the tasks list. */
public record ConsoleReads(
        Overview overview,
        HourHistory history,
        FailureSummary failures,
        RegistrationSearch registrations,
        RegistrationTimeline timeline,
        PersonalDataReveal personalData,
        ServiceOverview services,
        WorkerOverview workers) {}
