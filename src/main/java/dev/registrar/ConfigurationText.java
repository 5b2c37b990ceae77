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
        String text = new Substitution(variables).replace(raw);
        Node root;
        try {
            root = new Yaml(new LoaderOptions()).compose(new StringReader(text));
        } catch (MarkedYAMLException e) {
            throw new ConfigurationRefusedException(List.of(malformed(file, e)));
        } catch (YAMLException e) {
            throw new ConfigurationRefusedException(
                    List.of(file + ": is not YAML: it has a character that a text cannot have"));
        }
        ConfigurationText read = new ConfigurationText(file, text, root);
        List<ConfigurationProblem> problems = new Scan(variables).problems(root);
        if (!problems.isEmpty()) {
            throw read.refusal(problems);
        }
        return read;
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

        private final Function<String, @Nullable String> variables;

        Substitution(Function<String, @Nullable String> variables) {
            this.variables = variables;
            setDisableSubstitutionInValues(true);
            // A default may name another variable.
            setEnableSubstitutionInVariables(true);
        }

        @Override
        protected @Nullable String resolveVariable(String name, TextStringBuilder buffer, int start, int end) {
            String value = variables.apply(name);
            if (value != null && !value.isEmpty()) {
                return value;
            }
            boolean hasDefault = buffer.substring(start, end).contains(":-");
            return hasDefault ? null : UNSET_BEGIN + name + UNSET_END;
        }
    }

    /** One walk over the tree, which aliases can make a graph. */
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
