package dev.facet.cli.bench;

import dev.facet.core.failure.Failures;
import java.util.ArrayList;
import java.util.List;

/** What a check of a device found: each check is carried out, whatever became of the ones before. Not thread-safe. */
final class DeviceFindings {
    private final List<String> failures = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private int checks;

    /**
     * What came of a check.
     *
     * @param fine whether it is as it should be
     * @param text for the table
     */
    record Outcome(boolean fine, String text) {}

    /** A check. */
    @FunctionalInterface
    interface Check {
        Outcome run() throws Exception;
    }

    /** Carries a check out. What isn't fine, or couldn't be done, is a failure. */
    Cell check(String what, Check check) {
        return carryOut(what, check, failures);
    }

    /** The same, but what isn't fine is only told. */
    Cell tell(String what, Check check) {
        return carryOut(what, check, told);
    }

    private Cell carryOut(String what, Check check, List<String> notFine) {
        checks++;
        try {
            Outcome outcome = check.run();
            if (!outcome.fine()) {
                notFine.add(what + ": " + outcome.text());
            }
            return Cell.words("%s", outcome.fine() ? outcome.text() : "**%s**".formatted(outcome.text()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed(what, e);
        } catch (Exception e) {
            return failed(what, e);
        }
    }

    private Cell failed(String what, Exception e) {
        String reason =
                Failures.describe(e).lines().findFirst().orElse("no message").replace('|', '/');
        failures.add(what + ": " + reason);
        return Cell.words("%s", "**failed: %s**".formatted(reason));
    }

    /** A part that couldn't be carried out. */
    void fail(String what, Exception e) {
        checks++;
        failed(what, e);
    }

    /** Checks that were carried out. */
    int checks() {
        return checks;
    }

    /** What failed, in sentences. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    /** What isn't as on the CPU, and may be so. */
    List<String> told() {
        return List.copyOf(told);
    }
}
