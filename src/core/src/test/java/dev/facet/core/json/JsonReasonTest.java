package dev.facet.core.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.facet.core.pack.Plan;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.TaskKind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonReasonTest {
    /** Something of every type that files of ours have. */
    record Everything(
            int whole,
            double number,
            boolean flag,
            String text,
            List<Integer> list,
            Map<String, Integer> map,
            Plan plan,
            LabelClass color,
            TaskKind task) {}

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "whole|1.5|expected a whole number",
                "whole|\"1\"|expected a whole number",
                "whole|[1]|a list, expected a whole number",
                "whole|null|expected a whole number",
                "number|\"fast\"|expected a number",
                "number|{}|an object, expected a number",
                "flag|1|expected true or false",
                "text|[]|a list, expected a text",
                "text|null|property 'text' is missing or null",
                "list|3|a whole number, expected a list",
                "list|[\"a\"]|expected a whole number",
                "map|[]|a list, expected an object",
                "plan|\"fast\"|value='fast', expected one of [",
                "color|[]|a list, expected an object",
                "color|{\"name\": \"a\", \"color\": \"red\"}|class color: value='red', expected=#rrggbb",
                "color|{\"name\": \"a\"}|property 'color' is missing or null",
                "color|{\"name\": \"a\", \"color\": \"#000000\", \"size\": 1}|unknown property 'size'",
                "task|{\"kind\": \"flow\"}|unknown kind: value='flow', expected one of [",
                "task|{}|kind is missing",
                "task|{\"kind\": \"depth\", \"unit\": \"metre\", \"pngScale\": 0}|depth scale: value=0.0, expected (0, 1000]"
            })
    void saysWhatIsWrongWithoutNamesOfClasses(String property, String value, String reason) {
        String json = ("{\"whole\": 1, \"number\": 1, \"flag\": true, \"text\": \"a\", \"list\": [1], \"map\": {},"
                        + " \"plan\": \"merged\", \"color\": {\"name\": \"a\", \"color\": \"#000000\"},"
                        + " \"task\": {\"kind\": \"saliency\"}}")
                .replaceFirst(
                        "\"%s\": (\"[^\"]*\"|[0-9]+|true|\\[1]|\\{[^}]*})".formatted(property),
                        "\"%s\": %s".formatted(property, value));

        assertThatThrownBy(() -> StrictJson.read(json, Everything.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason)
                .hasMessageContaining("[at /" + property)
                .satisfies(JsonReasonTest::hasNoClassName);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"name\": \"a\", \"color\": \"#000000\"} 1|something follows the value",
                "~~|empty, expected a value",
                "{\"name\": \"a\"|Unexpected end-of-input",
                "{\"name\": b}|Unrecognized token 'b'",
                "3|expected an object",
                "{\"name\": \"a\", \"name\": \"b\"}|Duplicate"
            })
    void saysWhyAFileAsAWholeIsWrong(String json, String reason) {
        assertThatThrownBy(() -> StrictJson.read(json, LabelClass.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason)
                .satisfies(JsonReasonTest::hasNoClassName);
    }

    @ParameterizedTest
    @CsvSource({"3", "[]"})
    void aMapperThatIsLessStrictIsUnderstoodToo(String json) {
        assertThatThrownBy(() -> new ObjectMapper().readValue(json, Everything.class))
                .isInstanceOfSatisfying(
                        com.fasterxml.jackson.core.JacksonException.class,
                        e -> assertThat(JsonReason.of(e)).endsWith("expected an object"));
    }

    private static void hasNoClassName(Throwable failure) {
        assertThat(failure.getMessage())
                .doesNotContain("`", "JsonToken", "dev.facet", "java.", "creator")
                .doesNotContain("\n");
    }
}
