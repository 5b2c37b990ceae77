package dev.registrar;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.text.StringSubstitutor;
import org.apache.commons.text.TextStringBuilder;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A configuration file as text: with its {@code ${NAME}} replaced, and knowing on which line each option is. Immutable.
 */
final class ConfigurationText {

    /** Around the name of a variable that is not set; from Unicode's private use area, so that YAML takes them anywhere. */
    private static final char UNSET_BEGIN = '\uE0F0';

    private static final char UNSET_END = '\uE0F1';

    /** Around the number of a variable's value, in the text that shows where values are. */
    private static final char SET_BEGIN = '\uE0F2';

    private static final char SET_END = '\uE0F3';
    private static final Pattern SET = Pattern.compile(SET_BEGIN + "([0-9]+)" + SET_END);
    private static final Pattern UNCLOSED = Pattern.compile("\\$\\{[^}]*$");
    private static final Pattern UNSET = Pattern.compile(UNSET_BEGIN + "([^" + UNSET_END + "]*)" + UNSET_END);
    private static final Pattern STEP = Pattern.compile("([^.\\[\\]]+)|\\[(\\d+)]");

    private final String file;
    private final String text;
    private final @Nullable Node root;

    private ConfigurationText(String file, String text, @Nullable Node root) {
        this.file = file;
        this.text = text;
        this.root = root;
    }

    /**
     * Replaces variables and reads the text as YAML.
     *
     * @param file how the file is called in messages
     * @param variables null for one that is not set; an empty one counts as not set, as with {@code :-} in a shell
     * @throws ConfigurationRefusedException it is no YAML, has an option twice or without a value, or needs a variable
     *     that is not set
     */
    static ConfigurationText of(String file, String raw, Function<String, @Nullable String> variables) {
        String text = new Substitution(file, variables, (name, value) -> value).replace(raw);
        Node root = compose(file, text);
        ConfigurationText read = new ConfigurationText(file, text, root);
        List<ConfigurationProblem> problems = new Scan(variables).problems(root);
        if (problems.isEmpty()) {
            Values values = new Values();
            values.compare("", compose(file, new Substitution(file, variables, values).replace(raw)), root);
            problems = values.problems;
        }
        if (!problems.isEmpty()) {
            throw read.refusal(problems);
        }
        return read;
    }

    private static @Nullable Node compose(String file, String text) {
        try {
            return new Yaml(new LoaderOptions()).compose(new StringReader(text));
        } catch (MarkedYAMLException e) {
            throw new ConfigurationRefusedException(List.of(malformed(file, e)));
        } catch (YAMLException e) {
            throw new ConfigurationRefusedException(
                    List.of(file + ": is not YAML: it has a character that a text cannot have"));
        }
    }

    /** What is to be parsed. */
    String text() {
        return text;
    }

    /** One line for each problem, in the order of the file. */
    ConfigurationRefusedException refusal(List<ConfigurationProblem> problems) {
        return new ConfigurationRefusedException(problems.stream()
                .distinct()
                .sorted((one, other) -> Integer.compare(line(one.option()), line(other.option())))
                .map(this::sentence)
                .toList());
    }

    private String sentence(ConfigurationProblem problem) {
        int line = line(problem.option());
        return file + (line == 0 ? "" : ", line " + line) + ": " + problem;
    }

    /** Where the option is, or the section that lacks it; from 1, 0 for the file as a whole. */
    int line(String option) {
        int line = 0;
        Node at = root;
        Matcher step = STEP.matcher(option);
        while (at != null && step.find()) {
            Node next = null;
            if (at instanceof MappingNode mapping && step.group(1) != null) {
                for (NodeTuple tuple : mapping.getValue()) {
                    if (tuple.getKeyNode() instanceof ScalarNode key
                            && key.getValue().equals(step.group(1))) {
                        line = lineOf(key);
                        next = tuple.getValueNode();
                    }
                }
            } else if (at instanceof SequenceNode sequence && step.group(2) != null) {
                int index = Integer.parseInt(step.group(2));
                next = index < sequence.getValue().size() ? sequence.getValue().get(index) : null;
                line = next == null ? line : lineOf(next);
            }
            at = next;
        }
        return line;
    }

    private static int lineOf(Node node) {
        return node.getStartMark().getLine() + 1;
    }

    /** The parser's own words may quote the file, and with it a secret. */
    private static String malformed(String file, MarkedYAMLException e) {
        String problem = String.valueOf(e.getProblem());
        String reason;
        if (problem.contains("\\t")) {
            reason = "is indented with a tab: YAML wants spaces";
        } else if (problem.startsWith("mapping values are not allowed")) {
            reason =
                    "has a colon that YAML does not expect: look at the indentation, and put a value with a colon in quotes";
        } else {
            reason = "is not YAML: look at the indentation, and put values with special characters in quotes";
        }
        return e.getProblemMark() == null
                ? file + ": " + reason
                : file + ", line " + (e.getProblemMark().getLine() + 1) + ", column "
                        + (e.getProblemMark().getColumn() + 1) + ": " + reason;
    }

    /** Marks what is not set instead of failing at the first, so that comments may mention variables. */
    private static final class Substitution extends StringSubstitutor {

        private final String file;
        private final Function<String, @Nullable String> variables;
        private final BinaryOperator<String> written;

        /** @param written what stands in the text for a variable, by its name and value */
        Substitution(String file, Function<String, @Nullable String> variables, BinaryOperator<String> written) {
            this.file = file;
            this.variables = variables;
            this.written = written;
            setDisableSubstitutionInValues(true);
            // A default may name another variable.
            setEnableSubstitutionInVariables(true);
        }

        @Override
        protected @Nullable String resolveVariable(String name, TextStringBuilder buffer, int start, int end) {
            String reference = buffer.substring(start, end);
            if (reference.contains("\n")) {
                long line = buffer.substring(0, start).lines().count();
                throw new ConfigurationRefusedException(List.of(file + ", line " + Math.max(1, line) + ": "
                        + reference.lines().findFirst().orElse("").strip().replaceFirst(":-.*", "")
                        + " has no closing brace on its line"));
            }
            String value = variables.apply(name);
            if (value != null && !value.isEmpty()) {
                return written.apply(name, value);
            }
            boolean hasDefault = reference.contains(":-");
            return hasDefault ? null : UNSET_BEGIN + name + UNSET_END;
        }
    }

    /** What YAML makes of the values of variables: a password that it cuts at a {@code #} would be a wrong one. */
    private static final class Values implements BinaryOperator<String> {

        private final List<String> names = new ArrayList<>();
        private final List<String> values = new ArrayList<>();
        private final List<ConfigurationProblem> problems = new ArrayList<>();

        @Override
        public String apply(String name, String value) {
            names.add(name);
            values.add(value);
            return SET_BEGIN + Integer.toString(values.size() - 1) + SET_END;
        }

        /**
         * @param marked where values are to be
         * @param read the same with the values, as YAML reads them
         */
        void compare(String option, @Nullable Node marked, @Nullable Node read) {
            if (marked instanceof ScalarNode scalar) {
                compare(option, scalar.getValue(), read instanceof ScalarNode value ? value.getValue() : null);
            } else if (marked instanceof SequenceNode sequence) {
                List<Node> elements = read instanceof SequenceNode other ? other.getValue() : List.of();
                for (int i = 0; i < sequence.getValue().size(); i++) {
                    Node element = i < elements.size() ? elements.get(i) : null;
                    compare(option + "[" + i + "]", sequence.getValue().get(i), element);
                }
            } else if (marked instanceof MappingNode mapping) {
                for (NodeTuple tuple : mapping.getValue()) {
                    if (tuple.getKeyNode() instanceof ScalarNode key) {
                        String name = option.isEmpty() ? key.getValue() : option + "." + key.getValue();
                        compare(name, tuple.getValueNode(), child(read, key.getValue()));
                    }
                }
            }
        }

        private static @Nullable Node child(@Nullable Node read, String key) {
            return read instanceof MappingNode mapping
                    ? mapping.getValue().stream()
                            .filter(tuple -> tuple.getKeyNode() instanceof ScalarNode name
                                    && name.getValue().equals(key))
                            .map(NodeTuple::getValueNode)
                            .findFirst()
                            .orElse(null)
                    : null;
        }

        private void compare(String option, String marked, @Nullable String read) {
            Set<String> used = new TreeSet<>();
            String wanted = SET.matcher(marked).replaceAll(found -> {
                int at = Integer.parseInt(found.group(1));
                used.add(names.get(at));
                return Matcher.quoteReplacement(values.get(at));
            });
            if (!used.isEmpty() && !wanted.equals(read)) {
                used.forEach(name -> problems.add(new ConfigurationProblem(
                        option,
                        "the value of the environment variable " + name
                                + " has characters that YAML reads otherwise: put ${" + name
                                + "} in quotes that the value does not contain, or use a file")));
            }
        }
    }

    /** One walk over the tree. A node that is met again was named by an alias. */
    private static final class Scan {

        private final List<ConfigurationProblem> problems = new ArrayList<>();
        private final Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        private final Function<String, @Nullable String> variables;

        Scan(Function<String, @Nullable String> variables) {
            this.variables = variables;
        }

        List<ConfigurationProblem> problems(@Nullable Node root) {
            if (root instanceof MappingNode) {
                scan("", root);
            } else {
                problems.add(new ConfigurationProblem(
                        "", "is no configuration: sections such as `services:` are wanted, each with its options"));
            }
            return problems;
        }

        private void scan(String option, Node node) {
            if (!seen.add(node)) {
                // Jackson would take it for a text, its own name.
                problems.add(new ConfigurationProblem(
                        option, "has an alias (`*`): write the value out, in quotes if it begins with an asterisk"));
                return;
            }
            if (Tag.NULL.equals(node.getTag())) {
                problems.add(new ConfigurationProblem(option, "is empty: give it a value, or remove it"));
            } else if (node instanceof ScalarNode scalar) {
                findUnset(option, scalar.getValue());
            } else if (node instanceof SequenceNode sequence) {
                for (int i = 0; i < sequence.getValue().size(); i++) {
                    scan(option + "[" + i + "]", sequence.getValue().get(i));
                }
            } else if (node instanceof MappingNode mapping) {
                scan(option, mapping);
            }
        }

        private void scan(String section, MappingNode mapping) {
            Map<String, Integer> lines = new HashMap<>();
            for (NodeTuple tuple : mapping.getValue()) {
                if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                    continue;
                }
                String option = section.isEmpty() ? key.getValue() : section + "." + key.getValue();
                Integer first = lines.putIfAbsent(key.getValue(), lineOf(key));
                if (first != null) {
                    problems.add(new ConfigurationProblem(option, "is there twice, first on line " + first));
                }
                scan(option, tuple.getValueNode());
            }
        }

        private void findUnset(String option, String value) {
            if (UNCLOSED.matcher(value).find()) {
                problems.add(new ConfigurationProblem(option, "has a variable without a closing brace"));
            }
            Set<String> names = new TreeSet<>();
            Matcher unset = UNSET.matcher(value);
            while (unset.find()) {
                names.add(unset.group(1));
            }
            names.forEach(name -> problems.add(new ConfigurationProblem(
                    option,
                    "the environment variable " + name + (variables.apply(name) == null ? " is not set" : " is empty")
                            + "; with a default it is written ${" + name + ":-VALUE}")));
        }
    }
}
