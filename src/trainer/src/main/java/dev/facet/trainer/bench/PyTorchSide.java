package dev.facet.trainer.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Training in PyTorch, by {@code docs/pytorch/bench_train.py}: the same network on a frozen bank, the same images.
 *
 * @param python interpreter that has torch, numpy and Pillow
 * @param script the program
 */
record PyTorchSide(String python, Path script) {
    private static final String VERSION = "import numpy, PIL, torch; print(torch.__version__)";
    private static final int PATIENCE_SECONDS = 120;

    /** A way to run it. */
    enum Variant {
        FP32("PyTorch", "fp32", false),
        FP32_CHANNELS_LAST("PyTorch, channels last", "fp32", true),
        BF16("PyTorch, bf16 (autocast)", "bf16", false),
        BF16_CHANNELS_LAST("PyTorch, bf16 (autocast), channels last", "bf16", true);

        private final String title;
        private final String precision;
        private final boolean channelsLast;

        Variant(String title, String precision, boolean channelsLast) {
            this.title = title;
            this.precision = precision;
            this.channelsLast = channelsLast;
        }

        String title() {
            return title;
        }

        boolean isNarrow() {
            return precision.equals("bf16");
        }
    }

    /**
     * The version of torch.
     *
     * @throws IllegalArgumentException if the interpreter or one of its libraries isn't there
     */
    String version() throws IOException, InterruptedException {
        if (!Files.isRegularFile(script)) {
            throw new IllegalArgumentException(
                    "no such program: file=%s, expected it in the sources".formatted(script));
        }
        Process process;
        try {
            process = new ProcessBuilder(python, "-c", VERSION)
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "no Python: option=--pytorch, value='%s', expected an interpreter".formatted(python), e);
        }
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalArgumentException(
                    "Python without torch, numpy or Pillow: option=--pytorch, value='%s', it says: %s"
                            .formatted(python, said.lines().reduce("", (before, line) -> line)));
        }
        return said.lines().reduce("", (before, line) -> line);
    }

    /** The command of a side. */
    List<String> command(Variant variant, BenchSettings settings, Path bank, Path data) {
        List<String> command = new ArrayList<>(List.of(
                python,
                script.toString(),
                "--bank=" + bank,
                "--data=" + data,
                "--size=" + settings.size(),
                "--batch=" + settings.batch(),
                "--workers=" + settings.workers(),
                "--decoder=" + settings.decoder().id(),
                "--precision=" + variant.precision));
        if (variant.channelsLast) {
            command.add("--channels-last");
        }
        return command;
    }
}
