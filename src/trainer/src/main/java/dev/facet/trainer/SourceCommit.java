package dev.facet.trainer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The commit that the trainer's sources are at, where they are in a Git repository: what the launcher calls home. */
final class SourceCommit {
    private SourceCommit() {}

    static Optional<String> find() {
        String home = System.getProperty("facet.home");
        if (home == null) {
            return Optional.empty();
        }
        try {
            Process git = new ProcessBuilder("git", "-C", home, "rev-parse", "HEAD")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            boolean done = git.waitFor(10, TimeUnit.SECONDS);
            return done && git.exitValue() == 0 && said.matches("[0-9a-f]{40,64}")
                    ? Optional.of(said)
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
