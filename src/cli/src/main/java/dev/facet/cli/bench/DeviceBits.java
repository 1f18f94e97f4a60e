package dev.facet.cli.bench;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.digest.Sha256;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackException;
import dev.facet.core.pack.Plan;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.Features;
import dev.facet.runtime.engine.NetworkInput;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.engine.SelfTest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Whether a device gives the same bits whatever happens around a run, and the CPU's answers within rounding. */
final class DeviceBits {
    /** Relative to the largest output: between what fp32 differs by (about 1e-6) and TF32 (about 1e-3). */
    static final double TOLERANCE = 1e-4;

    private static final double SELF_TEST_CAP = 1e-3;
    private static final int BATCH = 8;
    private static final int THREADS = 4;
    private static final Cancellation WANTED = Cancellation.withoutDeadline();

    private final DeviceSetting setting;
    private final Engine engine;
    private final Engine cpu;
    private final DeviceFindings findings;
    private final Table table = new Table(
            "Bits of each pack's answer",
            "pack",
            "plan",
            "again",
            "shared features",
            "after another size",
            "opened again",
            "%d at a time".formatted(THREADS),
            "in a batch of %d".formatted(BATCH),
            "against the CPU",
            "self-test",
            "digest");

    /**
     * @param engine on the device
     * @param cpu on the CPU
     * @param findings take what isn't as it should be
     */
    DeviceBits(DeviceSetting setting, Engine engine, Engine cpu, DeviceFindings findings) {
        this.setting = setting;
        this.engine = engine;
        this.cpu = cpu;
        this.findings = findings;
    }

    Table check() {
        for (ModulatorPack pack : setting.packs()) {
            for (Plan plan : List.of(Plan.FACTORED, Plan.MERGED)) {
                if (pack.manifest().plans().containsKey(plan)) {
                    setting.say("bits: %s, %s", pack.manifest().name(), plan.id());
                    row(pack, plan);
                }
            }
        }
        table.note(
                "`same` means the same bits. Against the CPU: largest difference over largest output, at most %.0e is expected; about"
                                .formatted(TOLERANCE)
                        + " 1e-3 would mean that TF32 crept in. That a batch gives other bits is told, and no failure.");
        return table;
    }

    private void row(ModulatorPack pack, Plan plan) {
        String name = pack.manifest().name() + ", " + plan.id();
        NetworkInput input = setting.input(1);
        List<Cell> cells = new ArrayList<>();
        cells.add(Cell.words(pack.manifest().name()));
        cells.add(Cell.words(plan.id()));
        float[] answer;
        try (PreparedPack prepared = engine.prepare(pack, plan)) {
            answer = answer(prepared, input);
            cells.add(same(name, "again", answer, () -> answer(prepared, input)));
            cells.add(same(name, "shared features", answer, () -> onSharedFeatures(prepared, input)));
            cells.add(same(name, "after another size", answer, () -> {
                answer(prepared, setting.input(setting.side(), setting.side() / 2, 2));
                return answer(prepared, input);
            }));
        }
        cells.add(same(name, "opened again", answer, () -> opened(engine, pack, plan, input)));
        try (PreparedPack prepared = engine.prepare(pack, plan)) {
            cells.add(same(name, "at the same time", answer, () -> atTheSameTime(prepared, input, answer)));
            cells.add(findings.tell(name + ": batch", () -> outcome(answer, inABatch(prepared))));
        }
        cells.add(findings.check(name + ": against the CPU", () -> {
            double difference = SelfTest.relativeDifference(opened(cpu, pack, plan, input), answer);
            return new DeviceFindings.Outcome(difference <= TOLERANCE, "%.1e".formatted(difference));
        }));
        cells.add(findings.check(name + ": self-test", () -> selfTest(pack, plan)));
        cells.add(Cell.words(digest(answer)));
        table.row(cells.toArray(Cell[]::new));
    }

    /** What gives an answer. */
    @FunctionalInterface
    private interface Source {
        float[] get() throws Exception;
    }

    private Cell same(String name, String what, float[] expected, Source source) {
        return findings.check(name + ": " + what, () -> outcome(expected, source.get()));
    }

    private static DeviceFindings.Outcome outcome(float[] expected, float[] actual) {
        boolean same = digest(expected).equals(digest(actual));
        String text = same ? "same" : "differs by %.1e".formatted(SelfTest.relativeDifference(expected, actual));
        return new DeviceFindings.Outcome(same, text);
    }

    private static float[] answer(PreparedPack pack, NetworkInput input) {
        return pack.run(input, WANTED).get(0).values();
    }

    private static float[] opened(Engine engine, ModulatorPack pack, Plan plan, NetworkInput input) {
        try (PreparedPack prepared = engine.prepare(pack, plan)) {
            return answer(prepared, input);
        }
    }

    private float[] onSharedFeatures(PreparedPack pack, NetworkInput input) {
        try (Features features = engine.features(pack.prefix(), input, WANTED)) {
            pack.run(features, WANTED);
            return pack.run(features, WANTED).get(0).values();
        }
    }

    /** The answer that differs, where one does. */
    private static float[] atTheSameTime(PreparedPack pack, NetworkInput input, float[] expected)
            throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<float[]>> answers = new ArrayList<>();
            for (int i = 0; i < 2 * THREADS; i++) {
                answers.add(threads.submit(() -> answer(pack, input)));
            }
            float[] worst = expected;
            for (Future<float[]> each : answers) {
                float[] one = each.get();
                worst = digest(one).equals(digest(expected)) ? worst : one;
            }
            return worst;
        } finally {
            threads.shutdown();
        }
    }

    /** The first image's answer where eight are run together; the whole pack where it has no prefix. */
    private float[] inABatch(PreparedPack pack) {
        try (Features together = engine.features(pack.prefix(), setting.inputs(BATCH), WANTED)) {
            if (pack.prefix().isEmpty()) {
                return pack.run(together, WANTED).get(0).values();
            }
            try (Features first = engine.split(together, 1).get(0)) {
                return pack.run(first, WANTED).get(0).values();
            }
        }
    }

    private DeviceFindings.Outcome selfTest(ModulatorPack pack, Plan plan) {
        try (PreparedPack prepared = engine.prepare(pack, plan)) {
            SelfTest.check(prepared, pack, setting.bank().manifest().input(), SELF_TEST_CAP);
            return new DeviceFindings.Outcome(true, "passed");
        } catch (PackException e) {
            return new DeviceFindings.Outcome(false, e.getMessage());
        }
    }

    private static String digest(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES));
        bytes.asFloatBuffer().put(values);
        return Sha256.hex(bytes.array()).substring(0, 12);
    }
}
