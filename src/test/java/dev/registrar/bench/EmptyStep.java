package dev.registrar.bench;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;

/** A step that does nothing: the cost of its record. */
@ActivityInterface
public interface EmptyStep {

    @ActivityMethod
    String step(int number);
}
