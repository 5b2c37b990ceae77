package dev.registrar.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.monitoring.Finding.Rule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rules for a dashboard's variables, panels, links and annotations. For one use on one dashboard; not thread-safe.
 */
final class ShapeRules {

    private static final String CHOSEN = "${datasource}";
    private static final String TOP = "registrar-registrations";
    private static final int COLUMNS = 24;

    /** The schema version of the dashboards; Grafana migrates older ones as it reads them. */
    private static final int SCHEMA = 39;

    private static final Pattern CONSOLE = Pattern.compile("\\$\\{console:raw}#/(\\w+)(\\?\\w+=\\w+(&\\w+=\\w+)*)?");
    private static final Pattern RUNBOOK = Pattern.compile("\\$\\{runbooks:raw}/alerts\\.md(#\\w+)?");
    private static final Set<String> PAGES = Set.of(
            "now",
            "failures",
            "registrations",
            "compensations",
            "batches",
            "services",
            "workers",
            "reconcile",
            "audit");

    private static final Set<String> UNITS =
            Set.of("s", "percent", "percentunit", "cps", "cpm", "reqps", "bytes", "none", "short");

    private final Dashboard dashboard;
    private final List<Finding> findings = new ArrayList<>();

    private ShapeRules(Dashboard dashboard) {
        this.dashboard = dashboard;
    }

    /**
     * @param uids of all dashboards
     * @param sections the anchors of docs/alerts.md, each with its #
     */
    static List<Finding> check(Dashboard dashboard, Set<String> uids, Set<String> sections) {
        ShapeRules rules = new ShapeRules(dashboard);
        rules.file();
        rules.variables();
        rules.datasources();
        rules.panels();
        rules.ids();
        rules.grid();
        rules.links(uids);
        rules.numbers(sections);
        rules.annotations();
        return rules.findings;
    }

    private void require(boolean holds, Rule rule, String where, Object found) {
        if (!holds) {
            findings.add(new Finding(rule, dashboard.name() + ", " + where, String.valueOf(found)));
        }
    }

    private void file() {
        JsonNode json = dashboard.json();
        require(dashboard.uid().equals("registrar-" + dashboard.name()), Rule.UID, "uid", dashboard.uid());
        require(json.path("id").isMissingNode(), Rule.READ_ONLY, "id", json.path("id"));
        require(
                json.path("editable").isBoolean() && !json.path("editable").asBoolean(),
                Rule.READ_ONLY,
                "editable",
                "");
        require(
                json.path("schemaVersion").asInt() >= SCHEMA,
                Rule.READ_ONLY,
                "schemaVersion",
                json.path("schemaVersion"));
    }

    private void variables() {
        JsonNode datasource = variable("datasource");
        require(
                datasource.path("type").asText().equals("datasource")
                        && datasource.path("query").asText().equals("prometheus"),
                Rule.DATASOURCE_VARIABLE,
                "variable datasource",
                datasource);
        require(
                isChoice(variable("job")) && queryOf("job").matches("label_values\\(\\w+, job\\)"),
                Rule.JOB_VARIABLE,
                "variable job",
                variable("job"));
        require(
                isChoice(variable("instance"))
                        && queryOf("instance").matches("label_values\\(\\w+\\{job=~\"\\$job\"}, instance\\)"),
                Rule.INSTANCE_VARIABLE,
                "variable instance",
                variable("instance"));
    }

    private JsonNode variable(String name) {
        return dashboard.variables().stream()
                .filter(variable -> variable.path("name").asText().equals(name))
                .findAny()
                .orElse(dashboard.json().path("no such variable"));
    }

    private String queryOf(String name) {
        return variable(name).path("query").path("query").asText();
    }

    /** Whether it selects several or all values, reloaded when the time range changes. */
    private static boolean isChoice(JsonNode variable) {
        return variable.path("type").asText().equals("query")
                && variable.path("datasource").path("uid").asText().equals(CHOSEN)
                && variable.path("multi").asBoolean()
                && variable.path("includeAll").asBoolean()
                && variable.path("allValue").asText().equals(".+")
                && variable.path("refresh").asInt() == 2;
    }

    private void datasources() {
        dashboard.panels().forEach(panel -> chosen(name(panel), panel.path("datasource")));
        dashboard.queries().forEach(query -> chosen(query.where(), query.datasource()));
    }

    private void chosen(String where, JsonNode datasource) {
        require(datasource.path("uid").asText().equals(CHOSEN), Rule.DATASOURCE, where, datasource);
    }

    private void panels() {
        Set<String> titles = new HashSet<>();
        for (JsonNode panel : dashboard.panels()) {
            String title = panel.path("title").asText();
            String description = panel.path("description").asText();
            String unit =
                    panel.path("fieldConfig").path("defaults").path("unit").asText();
            require(!title.isBlank() && titles.add(title), Rule.PANEL_TITLE, name(panel), title);
            require(description.contains("?"), Rule.PANEL_DESCRIPTION, name(panel), description);
            require(UNITS.contains(unit), Rule.PANEL_UNIT, name(panel), unit);
            require(!panel.path("targets").isEmpty(), Rule.PANEL_QUERY, name(panel), "no query");
            for (JsonNode target : panel.path("targets")) {
                boolean named = !target.path("legendFormat").asText().isBlank()
                        && !target.path("refId").asText().isBlank()
                        && !target.path("expr").asText().isBlank();
                require(named, Rule.PANEL_QUERY, name(panel), target);
            }
        }
    }

    private void ids() {
        Set<Integer> ids = new HashSet<>();
        for (JsonNode panel : dashboard.rowsAndPanels()) {
            int id = panel.path("id").asInt();
            require(id > 0 && ids.add(id), Rule.PANEL_ID, name(panel), panel.path("id"));
        }
    }

    private void grid() {
        Set<List<Integer>> taken = new HashSet<>();
        for (JsonNode panel : dashboard.rowsAndPanels()) {
            JsonNode place = panel.path("gridPos");
            int left = place.path("x").asInt(-1);
            int right = left + place.path("w").asInt();
            int top = place.path("y").asInt(-1);
            int bottom = top + place.path("h").asInt();
            boolean free = left >= 0 && right > left && right <= COLUMNS && top >= 0 && bottom > top;
            for (int x = left; x < right; x++) {
                for (int y = top; y < bottom; y++) {
                    free &= taken.add(List.of(x, y));
                }
            }
            require(free, Rule.GRID, name(panel), place);
        }
    }

    private void links(Set<String> uids) {
        Set<String> linked = new HashSet<>();
        for (JsonNode link : dashboard.links()) {
            String uid = link.path("url").asText().replaceFirst("^/d/", "");
            linked.add(uid);
            boolean keeps = link.path("includeVars").asBoolean()
                    && link.path("keepTime").asBoolean();
            require(keeps && uids.contains(uid), Rule.LINKS, "link " + uid, link);
        }
        Set<String> wanted = new HashSet<>(dashboard.uid().equals(TOP) ? uids : Set.of(TOP));
        wanted.remove(dashboard.uid());
        require(linked.containsAll(wanted), Rule.LINKS, "links", linked);
    }

    /** A link without an anchor leads to all alerts. */
    private void numbers(Set<String> sections) {
        for (JsonNode panel : dashboard.panels()) {
            boolean console = false;
            boolean runbook = false;
            for (JsonNode link : panel.path("fieldConfig").path("defaults").path("links")) {
                String url = link.path("url").asText();
                Matcher toConsole = CONSOLE.matcher(url);
                Matcher toRunbook = RUNBOOK.matcher(url);
                boolean page = toConsole.matches() && PAGES.contains(toConsole.group(1));
                boolean section =
                        toRunbook.matches() && (toRunbook.group(1) == null || sections.contains(toRunbook.group(1)));
                require(page || section, Rule.LINKED, name(panel), url);
                console |= page;
                runbook |= section;
            }
            boolean number = panel.path("type").asText().equals("stat");
            require(!number || (console && runbook), Rule.LINKED, name(panel), "a number without its two links");
        }
    }

    private void annotations() {
        for (String metric : List.of("resilience4j_circuitbreaker_state", "process_start_time_seconds")) {
            boolean marked = dashboard.annotations().stream()
                    .filter(annotation -> annotation.path("enable").asBoolean())
                    .flatMap(annotation -> Selector.in(annotation.path("expr").asText()).stream())
                    .anyMatch(selector -> selector.metric().equals(metric)
                            && selector.inside().contains("changes"));
            require(marked, Rule.ANNOTATIONS, "annotations", "no changes of " + metric);
        }
    }

    private static String name(JsonNode panel) {
        return "panel " + panel.path("id").asText() + " " + panel.path("title").asText();
    }
}
