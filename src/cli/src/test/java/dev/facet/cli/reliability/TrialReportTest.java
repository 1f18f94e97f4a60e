package dev.facet.cli.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class TrialReportTest {
    @Test
    void aFailureIsToldWithoutItsClass() {
        TrialReport report = new TrialReport();

        report.broken("path=%s, %s", "/v1/edges", new NoSuchFileException("a"));
        report.expect(false, "%d: %s", 3, new EOFException());
        report.expect(true, "%s", "nothing");

        assertThat(report.brokenOnes()).containsExactly("path=/v1/edges, no such file: a", "3: ends too early");
    }
}
