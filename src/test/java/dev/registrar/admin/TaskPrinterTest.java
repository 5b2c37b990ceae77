package dev.registrar.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TaskPrinterTest {

    private final TaskPrinter printer = new TaskPrinter(new ObjectMapper());

    private String text(Map<String, ?> item, String columns) {
        return printer.text(TaskAnswer.of(List.of(item), columns));
    }

    @Test
    void narrowTableKeepsItsEmptyColumns() {
        assertThat(text(Map.of("id", "7", "lastErrorCode", ""), "id lastErrorCode note"))
                .isEqualTo("ID  LAST ERROR CODE  NOTE\n7                    -\n\nOK 1\n");
    }

    @Test
    void wideTableDropsEmptyColumnsAndFoldsItsRows() {
        String text =
                text(Map.of("a", "A".repeat(70), "b", "B".repeat(60), "c", "C".repeat(40), "d", "-"), "a b c d e");

        assertThat(text.lines())
                .startsWith(
                        "A",
                        "    B" + " ".repeat(59) + "  C",
                        "A".repeat(70),
                        "    " + "B".repeat(60) + "  " + "C".repeat(40));
        assertThat(text).doesNotContain("D\n", "E\n");
    }

    @Test
    void cellLongerThanALineIsShortened() {
        String text = text(Map.of("a", "x".repeat(200)), "a");

        assertThat(text).contains("x".repeat(115) + "…\n").doesNotContain("x".repeat(117));
    }

    @Test
    void timesAreShownToTheSecondAndTextOnOneLine() {
        assertThat(text(Map.of("at", "2026-01-31T00:00:00.123456Z", "note", "a\nb"), "at note"))
                .contains("2026-01-31T00:00:00Z  a b\n");
    }

    @Test
    void longLinesAreBrokenAtBlanks() {
        TaskAnswer answer =
                TaskAnswer.of(List.of(), "a").with("next", "word ".repeat(40).strip());

        assertThat(printer.text(answer).lines())
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(120))
                .hasSize(3)
                .element(1)
                .asString()
                .startsWith("  word");
    }

    @Test
    void listThatWasCutSaysSoInTextAndJson() {
        TaskAnswer answer = TaskAnswer.of(List.of(Map.of("a", 1)), "a").of(118);
        TaskAnswer many = TaskAnswer.of(List.of(Map.of("a", 1)), "a").of(1_001);
        TaskAnswer tooMany = TaskAnswer.of(List.of(Map.of("a", 1)), "a").of(10_001);

        assertThat(printer.text(answer)).endsWith("1 of 118, 117 left out: limit=1000\nOK 1\n");
        assertThat(printer.text(many)).contains("1 of 1001, 1000 left out: limit=10000\n");
        assertThat(printer.text(tooMany)).contains("1 of 10001, 10000 left out: narrow the filter\n");
        assertThat(printer.json(answer)).contains("\"total\":1,\"leftOut\":117");
        assertThat(printer.json(TaskAnswer.of(List.of(), "a"))).doesNotContain("leftOut");
    }

    @Test
    void wordWithoutBlanksIsBrokenAnywhere() {
        assertThat(TaskText.wrap("x".repeat(250), 2))
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(120))
                .hasSize(3);
    }
}
