package dev.registrar.payment;

import io.temporal.activity.ActivityInterface;

/** Tells the run id that the test environment gives to activities. */
@ActivityInterface
interface RunIdActivity {

    String runId();
}
