package dev.registrar;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which of our classes run inside workflows: those named *WorkflowImpl, those that use the workflow API, those that use
 * such a class, and those of the same packages that they call. Constants do not count as a call.
 */
final class WorkflowCode {

    private static final Set<String> API = Set.of(
            Workflow.class.getName(),
            Async.class.getName(),
            Promise.class.getName(),
            CancellationScope.class.getName());

    /**
     * What is deterministic on replay: the workflow API with its metrics scope, options and failures; values of the
     * JDK; annotations.
     */
    private static final Pattern ALLOWED = Pattern.compile(
            "java\\.lang\\.invoke\\.SerializedLambda|io\\.temporal\\.(workflow|activity|common|failure)\\..*|com\\.fasterxml\\.jackson\\.annotation\\..*"
                    + "|com\\.uber\\.m3\\..*|org\\.jspecify\\.annotations\\..*"
                    + "|java\\.(lang|lang\\.annotation|lang\\.runtime|math|time|util|util\\.function|util\\.stream"
                    + "|util\\.concurrent\\.atomic)\\.[A-Z].*");

    private static final Set<String> FORBIDDEN = Set.of(
            "io.temporal.activity.Activity",
            "java.lang.Thread",
            "java.lang.Runtime",
            "java.lang.Process",
            "java.time.Clock",
            "java.util.Timer");

    /** A Random made by Workflow.newRandom() is allowed; constructing one is not. */
    private static final Set<String> FORBIDDEN_CALLS = Set.of(
            "java.util.Random.<init>",
            "java.lang.System.currentTimeMillis",
            "java.lang.System.nanoTime",
            "java.lang.System.getenv",
            "java.lang.System.getProperty",
            "java.lang.Math.random",
            "java.util.UUID.randomUUID");

    private final String base;
    private final Set<JavaClass> classes = new HashSet<>();
    private final Set<String> rooms = new HashSet<>();

    WorkflowCode(String base, JavaClasses all) {
        this.base = base;
        List<JavaClass> ours = all.stream()
                .filter(item -> item.getPackageName().startsWith(base + ".") && !item.isInterface())
                .toList();
        ours.stream()
                .filter(WorkflowCode::usesTheApi)
                .map(WorkflowCode::outermost)
                .forEach(classes::add);
        addUntilNoneIsNew(() -> ours.stream().filter(this::usesAKnownOne));
        classes.forEach(item -> rooms.add(item.getPackageName()));
        addUntilNoneIsNew(() -> ours.stream()
                .filter(this::contains)
                .flatMap(WorkflowCode::called)
                .filter(target -> rooms.contains(target.getPackageName())));
    }

    private void addUntilNoneIsNew(Supplier<Stream<JavaClass>> found) {
        int before;
        do {
            before = classes.size();
            found.get()
                    .map(WorkflowCode::outermost)
                    .filter(item -> !item.isInterface())
                    .toList()
                    .forEach(classes::add);
        } while (classes.size() > before);
    }

    static JavaClass outermost(JavaClass item) {
        return item.getEnclosingClass().map(WorkflowCode::outermost).orElse(item);
    }

    Set<JavaClass> classes() {
        return Set.copyOf(classes);
    }

    boolean contains(JavaClass item) {
        return classes.contains(outermost(item));
    }

    /** Whether the class is in a package with workflow code; calls into it are checked too. */
    boolean isBeside(JavaClass item) {
        return rooms.contains(item.getPackageName());
    }

    private static boolean usesTheApi(JavaClass item) {
        return item.getSimpleName().endsWith("WorkflowImpl")
                || targets(item).anyMatch(target -> API.contains(target.getName()));
    }

    private boolean usesAKnownOne(JavaClass item) {
        return called(item).anyMatch(this::contains);
    }

    private static Stream<JavaClass> targets(JavaClass item) {
        return item.getDirectDependenciesFromSelf().stream()
                .map(dependency -> dependency.getTargetClass().getBaseComponentType());
    }

    private static Stream<JavaClass> called(JavaClass item) {
        return Stream.of(
                        item.getMethodCallsFromSelf(),
                        item.getConstructorCallsFromSelf(),
                        item.getMethodReferencesFromSelf(),
                        item.getConstructorReferencesFromSelf())
                .flatMap(Set::stream)
                .map(JavaAccess::getTargetOwner);
    }

    /** @param ours which of our classes may be used */
    ArchCondition<JavaClass> touchOnlyWhatReplays(Predicate<JavaClass> ours) {
        return new ArchCondition<>("touch only what replays the same") {
            @Override
            public void check(JavaClass item, ConditionEvents events) {
                for (Dependency dependency : item.getDirectDependenciesFromSelf()) {
                    JavaClass target = dependency.getTargetClass().getBaseComponentType();
                    if (!target.isPrimitive() && !mayTouch(target, ours)) {
                        events.add(SimpleConditionEvent.violated(item, dependency.getDescription()));
                    }
                }
                for (JavaAccess<?> access : item.getAccessesFromSelf()) {
                    if (forbidden(access)) {
                        events.add(SimpleConditionEvent.violated(item, access.getDescription()));
                    }
                }
            }
        };
    }

    private boolean mayTouch(JavaClass target, Predicate<JavaClass> ours) {
        if (target.getPackageName().startsWith(base)) {
            return ours.test(target);
        }
        return ALLOWED.matcher(target.getName()).matches() && !FORBIDDEN.contains(target.getName());
    }

    private static boolean forbidden(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        String name = access.getName();
        return FORBIDDEN_CALLS.contains(owner + "." + name)
                || (owner.startsWith("java.time.") && name.equals("now"))
                || (owner.endsWith(".RegistrationId") && name.equals("random"));
    }
}
