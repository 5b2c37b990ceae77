package dev.registrar.monitoring;

/**
 * A rule that a dashboard violates.
 *
 * @param where dashboard, and panel, variable or query
 * @param what was found there
 */
record Finding(Rule rule, String where, String what) {

    /** The rules for dashboards. The first ones are those of Grafana's dashboard linter. */
    enum Rule {
        DATASOURCE_VARIABLE("a variable `datasource` chooses among Prometheus data sources"),
        JOB_VARIABLE("a variable `job` takes one, many or all jobs"),
        INSTANCE_VARIABLE("a variable `instance` takes one, many or all instances of these jobs"),
        DATASOURCE("every panel, query and annotation asks the chosen data source"),
        MATCHERS(
                "every selection of series is narrowed to the chosen jobs and, if it has instances, to the chosen ones"),
        RATE_INTERVAL(
                "ranges are $__rate_interval, which follows the scrape interval and the zoom; recorded series may have others"),
        COUNTER("a counter is shown as a rate or an increase"),
        GAUGE("only counters have rates"),
        QUANTILE("quantiles come from rates of buckets added up by le"),
        PANEL_TITLE("every panel has a title of its own"),
        PANEL_DESCRIPTION("every description begins with the question that the panel answers"),
        PANEL_UNIT("every panel has a unit that Grafana knows"),
        PANEL_QUERY("every panel has queries, and a query a name for its series"),
        PANEL_ID("ids of rows and panels are numbers from 1, each once"),
        GRID("rows and panels lie inside of 24 columns and not on each other"),
        READ_ONLY("the file is the source: no editing in Grafana, no database id, a known version of the schema"),
        UID("the uid is registrar- and the file's name"),
        LINKS("Registrations links to the others, they link back, and variables and time go along"),
        ANNOTATIONS("transitions of breakers and starts of processes are marked"),
        STANDING("gauges over the database are the same in every instance: max, never sum"),
        LINKED("every number leads to a page of the console and to a section of docs/alerts.md"),
        KNOWN_METRIC("every metric is in docs/metrics.md or recorded by a rule");

        private final String text;

        Rule(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return name() + " (" + text + ")";
        }
    }

    @Override
    public String toString() {
        return where + ": " + what + "; rule " + rule;
    }
}
