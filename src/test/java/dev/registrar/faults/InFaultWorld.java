package dev.registrar.faults;

import dev.registrar.flow.RequiredTool;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Marks a suite that runs in a {@link FaultWorld}: it needs the programs of which that consists. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(InFaultWorld.Tools.class)
@interface InFaultWorld {

    /** Skips the suite if a program is missing, or fails it with {@code CI=true}. */
    final class Tools implements ExecutionCondition {

        private static final List<RequiredTool> ALL =
                List.of(RequiredTool.TEMPORAL_SERVER, RequiredTool.TEMPORAL_SQL_TOOL, RequiredTool.TOXIPROXY);

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return ALL.stream()
                    .map(tool -> tool.evaluateExecutionCondition(context))
                    .filter(ConditionEvaluationResult::isDisabled)
                    .findFirst()
                    .orElseGet(() -> ConditionEvaluationResult.enabled("all programs are there"));
        }
    }
}
