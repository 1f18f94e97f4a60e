package dev.facet.cli.reliability;

import dev.facet.cli.load.Statuses;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** Judges what came back for damaged input of one kind. Thread-safe. */
final class MutationOutcomes {
    private static final int SHOWN = 200;

    private final Statuses statuses = new Statuses();
    private final TrialReport report;

    MutationOutcomes(TrialReport report) {
        this.report = report;
    }

    void of(String item, HttpResponse<byte[]> response) {
        of(item, response.statusCode(), new String(response.body(), StandardCharsets.UTF_8));
    }

    void of(String item, int status, String detail) {
        statuses.count(status);
        report.expect(
                Statuses.isAllowed(status),
                "%s: status=%d, %s",
                item,
                status,
                detail.substring(0, Math.min(SHOWN, detail.length())).replaceAll("\\p{Cntrl}+", " "));
    }

    /** Something else than an HTTP status, which may be. */
    void count(String outcome) {
        statuses.count(outcome);
    }

    Statuses statuses() {
        return statuses;
    }
}
