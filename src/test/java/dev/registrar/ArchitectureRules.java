package dev.registrar;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.temporal.activity.ActivityInterface;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The rules of {@link ArchitectureTest}, for the packages below a base package. */
final class ArchitectureRules {

    private static final Set<String> PROVIDERS = Set.of("profile", "payment", "account", "notification");
    private static final Set<String> FACES = Set.of("api", "admin", "console");

    /** Which package may use which; {@code model} is open to all but {@code temporal} and {@code metrics}. */
    private static final Map<String, Set<String>> TABLE = Map.ofEntries(
            Map.entry("api", Set.of("registration", "dispatch", "store", "access", "account", "compensation", "model")),
            Map.entry("access", Set.of("model")),
            Map.entry(
                    "registration",
                    Set.of(
                            "store",
                            "compensation",
                            "dispatch",
                            "profile",
                            "payment",
                            "account",
                            "notification",
                            "call",
                            "metrics",
                            "model")),
            Map.entry("profile", Set.of("outbound", "call", "model")),
            Map.entry("payment", Set.of("outbound", "call", "model")),
            Map.entry("account", Set.of("call", "metrics", "model")),
            Map.entry("notification", Set.of("outbound", "call", "model")),
            Map.entry(
                    "compensation",
                    Set.of("profile", "payment", "account", "notification", "store", "call", "metrics", "model")),
            Map.entry(
                    "reconcile",
                    Set.of(
                            "profile",
                            "payment",
                            "account",
                            "notification",
                            "store",
                            "compensation",
                            "dispatch",
                            "call",
                            "metrics",
                            "model")),
            Map.entry("dispatch", Set.of("store", "temporal", "metrics", "model")),
            Map.entry("store", Set.of("metrics", "model")),
            Map.entry(
                    "operations",
                    Set.of(
                            "registration",
                            "compensation",
                            "reconcile",
                            "dispatch",
                            "call",
                            "store",
                            "outbound",
                            "temporal",
                            "metrics",
                            "model")),
            Map.entry("admin", Set.of("operations", "model")),
            Map.entry("console", Set.of("operations", "access", "model")),
            Map.entry("outbound", Set.of("metrics", "model")),
            Map.entry("temporal", Set.of("metrics", "crypto", "model")),
            Map.entry("crypto", Set.of("model")),
            Map.entry("metrics", Set.of()),
            Map.entry("probe", Set.of("profile", "payment", "notification", "outbound", "model")),
            Map.entry("sandbox", Set.of("model")),
            Map.entry("model", Set.of()),
            Map.entry("call", Set.of("metrics", "model")),
            Map.entry("database", Set.of("metrics", "model")),
            Map.entry("demo", Set.of("sandbox", "model")));

    private final String base;
    private final WorkflowCode workflowCode;

    ArchitectureRules(String base, JavaClasses classes) {
        this.base = base;
        this.workflowCode = new WorkflowCode(base, classes);
    }

    /** Simple names of the classes that run inside workflows. */
    Set<String> workflowClassNames() {
        return workflowCode.classes().stream().map(JavaClass::getSimpleName).collect(Collectors.toSet());
    }

    ArchRule table() {
        return classes().that(inARoom()).should(new ArchCondition<>("use only the rooms that the table allows") {
            @Override
            public void check(JavaClass item, ConditionEvents events) {
                String room = room(item);
                Set<String> allowed = TABLE.get(room);
                if (allowed == null) {
                    events.add(SimpleConditionEvent.violated(item, "the package " + room + " is not in the table"));
                    return;
                }
                for (Dependency dependency : item.getDirectDependenciesFromSelf()) {
                    JavaClass target = dependency.getTargetClass().getBaseComponentType();
                    boolean wiring = target.getPackageName().equals(base);
                    boolean other = isOurs(target) && !room(target).equals(room);
                    if (wiring || (other && !allowed.contains(room(target)))) {
                        events.add(SimpleConditionEvent.violated(item, dependency.getDescription()));
                    }
                }
            }
        });
    }

    /** The saga and its undo know a provider by its activities and values, not by their implementations. */
    ArchRule activitiesOnly() {
        return noClasses()
                .that()
                .resideInAnyPackage(in("registration"), in("compensation"), in("reconcile"))
                .should()
                .dependOnClassesThat(new DescribedPredicate<>("are in a provider's room and no activities or values") {
                    @Override
                    public boolean test(JavaClass target) {
                        return isOurs(target) && PROVIDERS.contains(room(target)) && !isActivityOrValue(target);
                    }
                });
    }

    ArchRule workflowCode() {
        return classes()
                .that(new DescribedPredicate<JavaClass>("run inside workflows") {
                    @Override
                    public boolean test(JavaClass item) {
                        return workflowCode.contains(item);
                    }
                })
                .should(workflowCode.touchOnlyWhatReplays(this::isForWorkflows));
    }

    private boolean isForWorkflows(JavaClass target) {
        return isActivityOrValue(target)
                || workflowCode.isBeside(target)
                || room(target).equals("model")
                || (target.isInterface() && !PROVIDERS.contains(room(target)));
    }

    ArchRule providersApart() {
        return classes()
                .that(new DescribedPredicate<JavaClass>("are a provider's") {
                    @Override
                    public boolean test(JavaClass item) {
                        return isOurs(item) && PROVIDERS.contains(room(item));
                    }
                })
                .should(new ArchCondition<>("not use another provider's room") {
                    @Override
                    public void check(JavaClass item, ConditionEvents events) {
                        item.getDirectDependenciesFromSelf().stream()
                                .filter(dependency -> isOurs(dependency.getTargetClass())
                                        && PROVIDERS.contains(room(dependency.getTargetClass()))
                                        && !room(dependency.getTargetClass()).equals(room(item)))
                                .forEach(dependency ->
                                        events.add(SimpleConditionEvent.violated(item, dependency.getDescription())));
                    }
                });
    }

    ArchRule sandboxUnused() {
        return noClasses()
                .that()
                .resideOutsideOfPackages(base, in("sandbox"), in("demo"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(in("sandbox"));
    }

    ArchRule facesApartFromProviders() {
        return noClasses()
                .that(new DescribedPredicate<JavaClass>("are api, admin or console") {
                    @Override
                    public boolean test(JavaClass item) {
                        return isOurs(item) && FACES.contains(room(item));
                    }
                })
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(in("profile"), in("payment"), in("notification"), in("outbound"));
    }

    ArchRule noCycles() {
        return slices().matching(base + ".(*)..").should().beFreeOfCycles();
    }

    ArchRule noDrawers() {
        return noClasses()
                .should()
                .resideInAnyPackage("..util..", "..common..", "..helper..", "..core..", "..impl..", "..base..");
    }

    private String in(String room) {
        return base + "." + room + "..";
    }

    private DescribedPredicate<JavaClass> inARoom() {
        return new DescribedPredicate<>("are in a room") {
            @Override
            public boolean test(JavaClass item) {
                return isOurs(item);
            }
        };
    }

    private boolean isOurs(JavaClass item) {
        return item.getPackageName().startsWith(base + ".");
    }

    /** The name of the package directly below the base. */
    private String room(JavaClass item) {
        String name = item.getPackageName();
        return isOurs(item) ? name.substring(base.length() + 1).split("\\.", 2)[0] : "";
    }

    private static boolean isActivityOrValue(JavaClass item) {
        JavaClass outermost = WorkflowCode.outermost(item);
        return outermost.isAnnotatedWith(ActivityInterface.class)
                || item.isRecord()
                || item.isEnum()
                || item.isAssignableTo(Throwable.class);
    }
}
