package dev.facet.cli.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A benchmark that was carried out.
 *
 * @param benchmark its name
 * @param title heading of its section
 * @param command what makes it again
 * @param machine processor, memory, Java, commit, date
 * @param quick whether its figures say nothing
 * @param seconds how long it took
 * @param tables what was measured
 */
public record BenchResult(
        String benchmark,
        String title,
        String command,
        String machine,
        boolean quick,
        long seconds,
        List<Table> tables) {
    public BenchResult {
        tables = List.copyOf(tables);
    }

    /** The section of docs/benchmarks.md. */
    public String markdown() {
        StringBuilder text = new StringBuilder("## %s%n%n".formatted(title));
        text.append("%s; %d s%s%n%n".formatted(machine, seconds, quick ? "; **quick: figures say nothing**" : ""));
        tables.forEach(table -> text.append(table.markdown()).append('\n'));
        return text.append("Command: `%s`.%n%n".formatted(command)).toString();
    }

    /** The same for programs. */
    public Map<String, Object> json() {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("benchmark", benchmark);
        value.put("command", command);
        value.put("machine", machine);
        value.put("quick", quick);
        value.put("seconds", seconds);
        value.put("tables", tables.stream().map(Table::json).toList());
        return value;
    }
}
