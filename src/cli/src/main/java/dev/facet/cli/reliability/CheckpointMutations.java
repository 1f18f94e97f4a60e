package dev.facet.cli.reliability;

import dev.facet.core.safetensors.SafetensorsException;
import dev.facet.exchange.checkpoint.CheckpointException;
import dev.facet.exchange.checkpoint.CheckpointReader;
import dev.facet.exchange.checkpoint.ReferenceCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** Damaged PyTorch checkpoints, read as an import reads them, in this process: no server takes checkpoints. */
final class CheckpointMutations implements Mutation {
    private static final List<String> FILES = List.of("stored.pth", "deflated.pth", "legacy.pth", "legacy.pth.gz");
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final Path folder;
    private final MutationOutcomes outcomes;
    private final TrialReport report;
    private final byte[][] files = new byte[FILES.size()][];

    CheckpointMutations(Path folder, MutationOutcomes outcomes, TrialReport report) throws IOException {
        this.folder = folder;
        this.outcomes = outcomes;
        this.report = report;
        for (int i = 0; i < files.length; i++) {
            files[i] = ImageSamples.resource(FILES.get(i));
        }
    }

    @Override
    public String name() {
        return "checkpoints";
    }

    @Override
    public int share() {
        return 10_000;
    }

    @Override
    public void one(SplittableRandom random, String item, int worker) throws IOException {
        int which = random.nextInt(files.length);
        Path file = folder.resolve("damaged-%d-%s".formatted(worker, FILES.get(which)));
        Files.write(file, ByteMutations.mutate(files[which], random));
        long start = System.nanoTime();
        try {
            ReferenceCheckpoint.tasks(CheckpointReader.read(file));
            outcomes.count("read");
        } catch (CheckpointException | SafetensorsException | IOException e) {
            outcomes.count("refused");
        } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
            outcomes.count("failed");
            report.broken("%s (%s): %s", item, FILES.get(which), e);
        }
        report.expect(!Surroundings.isOver(start, LONGEST), "%s: read for more than %d s", item, LONGEST.toSeconds());
        Files.delete(file);
    }
}
