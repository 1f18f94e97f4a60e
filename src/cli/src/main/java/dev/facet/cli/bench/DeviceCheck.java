package dev.facet.cli.bench;

import dev.facet.cli.process.Machine;
import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackReader;
import dev.facet.runtime.engine.DeviceChoice;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineException;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.EngineReport;
import dev.facet.runtime.engine.ort.OrtEngine;
import dev.facet.runtime.engine.ort.SessionFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Checks a device, for its owner to send the report back: bits, times and memory of the engine there, and whether it is there at
 * all. What can't be carried out is said in the report, and the rest is carried out.
 */
public final class DeviceCheck {
    private final DeviceSetting setting;
    private final Map<String, String> facts = new LinkedHashMap<>();
    private final DeviceFindings findings = new DeviceFindings();
    private final List<Table> tables = new ArrayList<>();
    private Optional<String> missing = Optional.empty();

    private DeviceCheck(DeviceSetting setting) {
        this.setting = setting;
    }

    /**
     * Carries it out.
     *
     * @param side of the square inputs in pixels, a multiple of 64
     * @param rounds of each measurement
     */
    public static DeviceReport run(BenchOptions options, DeviceChoice device, int side, int rounds) throws IOException {
        FilterBank bank = BankReader.read(options.bank());
        List<ModulatorPack> packs = new ArrayList<>();
        for (Path file : options.packs()) {
            packs.add(PackReader.read(file, bank));
        }
        DeviceSetting setting =
                new DeviceSetting(device, bank, packs, side, options.rounds(rounds), options.progress());
        DeviceCheck check = new DeviceCheck(setting);
        check.facts.put("machine", Machine.describe(options.home()));
        check.facts.put("device asked for", device.toString());
        check.facts.put("GPUs", String.join("; ", GpuFacts.gpus()));
        check.carryOut();
        return new DeviceReport(options.quick(), check.facts, check.missing, check.findings, check.tables);
    }

    private void carryOut() {
        // Begins on a process that holds nothing yet.
        DeviceMemory memory = new DeviceMemory(setting);
        Optional<Engine> opened = open();
        if (opened.isPresent()) {
            try (Engine engine = opened.get()) {
                EngineReport report = engine.report();
                facts.put("device taken", "%s (%s)".formatted(report.device(), report.reason()));
                part("memory", () -> List.of(memory.measure(engine)));
                part("bits", () -> bits(engine));
                DeviceTimes times = new DeviceTimes(setting, engine);
                part("times of packs", () -> List.of(times.packs()));
                part("times of all packs", () -> List.of(times.tasks()));
                part("times of batches", () -> List.of(times.batches()));
                part("times of sizes", () -> List.of(times.sizes()));
                part("throughput", () -> List.of(new DeviceThroughput(setting, engine).measure()));
            }
        }
        facts.put("ONNX Runtime", SessionFactory.runtime());
        facts.put("libraries loaded", String.join(" ", GpuFacts.libraries()));
    }

    /** Where that fails, the device itself is missing. */
    private Optional<Engine> open() {
        try {
            return Optional.of(OrtEngine.open(setting.bank(), setting.options()));
        } catch (EngineException e) {
            missing = Optional.of(e.getMessage());
            return Optional.empty();
        }
    }

    private List<Table> bits(Engine engine) {
        try (Engine cpu = OrtEngine.open(setting.bank(), EngineOptions.cpu(0))) {
            return List.of(new DeviceBits(setting, engine, cpu, findings).check());
        }
    }

    /** Makes tables. */
    @FunctionalInterface
    private interface Part {
        List<Table> make() throws Exception;
    }

    private void part(String name, Part part) {
        try {
            tables.addAll(part.make());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            findings.fail(name, e);
        } catch (Exception e) {
            findings.fail(name, e);
        }
    }
}
