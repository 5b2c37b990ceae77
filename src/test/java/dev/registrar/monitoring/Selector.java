package dev.registrar.monitoring;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One selector in a PromQL expression, and the calls applied to it.
 *
 * @param metric its name; empty if there is none
 * @param matchers between the braces
 * @param range between the brackets; empty if there is none
 * @param inside the enclosing calls, outermost first; an aggregation includes its labels, for example {@code sum by
 *     (le)}, which must precede the parentheses
 */
record Selector(String metric, String matchers, String range, List<String> inside) {

    private static final Pattern TOKEN = Pattern.compile(
            "\"(?:[^\"\\\\]|\\\\.)*\"|\\{(?:[^}\"]|\"(?:[^\"\\\\]|\\\\.)*\")*}|\\[[^]]*]|[A-Za-z_:$][\\w:$]*|[\\d.]+\\w*|\\S");
    private static final Set<String> GROUPINGS = Set.of("by", "without", "on", "ignoring", "group_left", "group_right");
    private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset", "inf", "nan");

    /** The innermost call; empty if there is none. */
    String innermost() {
        return inside.isEmpty() ? "" : inside.get(inside.size() - 1);
    }

    /** All selectors in order. */
    static List<Selector> in(String expression) {
        return new Reading(expression).selectors();
    }

    /** Reads the tokens of one expression once. */
    private static final class Reading {

        private final List<String> tokens = new ArrayList<>();
        private final Deque<String> calls = new ArrayDeque<>();
        private final List<Selector> found = new ArrayList<>();
        private String callee = "";
        private int at;

        Reading(String expression) {
            Matcher matcher = TOKEN.matcher(expression);
            while (matcher.find()) {
                tokens.add(matcher.group());
            }
        }

        List<Selector> selectors() {
            while (at < tokens.size()) {
                step(tokens.get(at++));
            }
            return found;
        }

        private void step(String token) {
            if (token.equals("(")) {
                calls.addLast(callee);
                callee = "";
            } else if (token.equals(")")) {
                calls.pollLast();
            } else if (token.startsWith("{")) {
                found.add(new Selector("", token, take("["), around()));
            } else if (GROUPINGS.contains(token)) {
                String labels = parenthesised();
                callee = callee.isEmpty() ? "" : callee + " " + token + " " + labels;
            } else if (Character.isLetter(token.charAt(0)) || token.charAt(0) == '_') {
                name(token);
            }
        }

        private void name(String name) {
            if (next().equals("(") || GROUPINGS.contains(next())) {
                // A grouping after a binary operator belongs to no call and is dropped.
                callee = WORDS.contains(name) ? "" : name;
            } else if (!WORDS.contains(name)) {
                found.add(new Selector(name, take("{"), take("["), around()));
            }
        }

        private String next() {
            return at < tokens.size() ? tokens.get(at) : "";
        }

        private String take(String beginning) {
            return next().startsWith(beginning) ? tokens.get(at++) : "";
        }

        private String parenthesised() {
            if (!next().equals("(")) {
                return "";
            }
            StringBuilder text = new StringBuilder();
            String token;
            do {
                token = next();
                at++;
                text.append(token);
            } while (!token.equals(")") && at < tokens.size());
            return text.toString().replace(",", ", ");
        }

        private List<String> around() {
            List<String> around = new ArrayList<>(calls);
            around.removeIf(String::isEmpty);
            return Collections.unmodifiableList(around);
        }
    }
}
