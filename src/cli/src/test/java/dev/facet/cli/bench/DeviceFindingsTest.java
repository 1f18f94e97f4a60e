package dev.facet.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeviceFindingsTest {
    private final DeviceFindings findings = new DeviceFindings();

    @Test
    void goesOnAfterACheckThatFails() {
        assertThat(findings.check("first", () -> new DeviceFindings.Outcome(false, "differs by 1e-3"))
                        .text())
                .isEqualTo("**differs by 1e-3**");
        assertThat(findings.check("second", () -> {
                            throw new IllegalStateException("out of | memory");
                        })
                        .text())
                .isEqualTo("**failed: out of / memory**");
        assertThat(findings.check("third", () -> new DeviceFindings.Outcome(true, "same"))
                        .text())
                .isEqualTo("same");
        findings.tell("batch", () -> new DeviceFindings.Outcome(false, "differs by 1e-7"));
        assertThat(findings.checks()).isEqualTo(4);
        assertThat(findings.failures()).containsExactly("first: differs by 1e-3", "second: out of / memory");
        assertThat(findings.told()).containsExactly("batch: differs by 1e-7");
    }

    @Test
    void aReportBeginsWithWhatFailed() {
        findings.check("edges, merged: again", () -> new DeviceFindings.Outcome(false, "differs by 2.0e-07"));
        DeviceReport report = new DeviceReport(
                false, Map.of("device taken", "cuda:0 (configured)"), Optional.empty(), findings, List.of());
        assertThat(report.isFine()).isFalse();
        assertThat(report.markdown())
                .startsWith("# Facet: check of a device\n\n**checks: 1, failed: 1**")
                .contains("Failed:\n\n- edges, merged: again: differs by 2.0e-07")
                .doesNotContain("nothing below says anything about CUDA");
    }
}
