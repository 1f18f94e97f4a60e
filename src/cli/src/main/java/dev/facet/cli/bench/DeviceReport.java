package dev.facet.cli.bench;

import dev.facet.core.json.StrictJson;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a check of a device found: for people, and at the end the same for programs. */
public final class DeviceReport {
    private final boolean quick;
    private final Map<String, String> facts;
    private final Optional<String> missing;
    private final DeviceFindings findings;
    private final List<Table> tables;

    /**
     * @param quick whether its figures say nothing
     * @param facts of the machine
     * @param missing why the device can't be used; empty where it can
     */
    DeviceReport(
            boolean quick,
            Map<String, String> facts,
            Optional<String> missing,
            DeviceFindings findings,
            List<Table> tables) {
        this.quick = quick;
        this.facts = new LinkedHashMap<>(facts);
        this.missing = missing;
        this.findings = findings;
        this.tables = List.copyOf(tables);
    }

    /** Whether the device is there and every check passed. */
    public boolean isFine() {
        return missing.isEmpty() && findings.failures().isEmpty();
    }

    /** One sentence. */
    public String summary() {
        if (missing.isPresent()) {
            return "MISSING: " + missing.get();
        }
        return "checks: %d, failed: %d"
                .formatted(findings.checks(), findings.failures().size());
    }

    public String markdown() {
        StringBuilder text = new StringBuilder("# Facet: check of a device\n\n");
        text.append("**").append(summary()).append("**\n\n");
        if (quick) {
            text.append("Quick: its times say nothing.\n\n");
        }
        if (facts.getOrDefault("device taken", "").startsWith("cpu")) {
            text.append("This ran on the CPU: nothing below says anything about CUDA.\n\n");
        }
        facts.forEach((name, value) -> text.append("- %s: %s%n".formatted(name, value)));
        lines(text, "Failed", findings.failures());
        lines(text, "Differs, and may", findings.told());
        tables.forEach(table -> text.append("\n").append(table.markdown()));
        return text.append("\n```json\n").append(json()).append("\n```\n").toString();
    }

    private static void lines(StringBuilder text, String title, List<String> lines) {
        if (!lines.isEmpty()) {
            text.append("\n%s:%n%n".formatted(title));
            lines.forEach(line -> text.append("- ").append(line).append('\n'));
        }
    }

    private String json() {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("summary", summary());
        value.put("quick", quick);
        value.put("facts", facts);
        value.put("failed", findings.failures());
        value.put("differs", findings.told());
        value.put("tables", tables.stream().map(Table::json).toList());
        return StrictJson.write(value);
    }
}
