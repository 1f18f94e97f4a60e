package dev.facet.cli;

import dev.facet.core.image.InputPolicy;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.PackWriter;

/** Copies of a pack under other names, for measurements. */
final class BenchPacks {
    private BenchPacks() {}

    /** The bytes of that pack under another name and input policy; the same tensors and self-test. */
    static byte[] copy(ModulatorPack pack, String name, InputPolicy policy) {
        PackManifest manifest = pack.manifest();
        PackManifest renamed = new PackManifest(
                name,
                "1",
                manifest.description(),
                manifest.task(),
                manifest.bank(),
                manifest.architecture(),
                manifest.outputStride(),
                manifest.modulation(),
                manifest.modulatedFrom(),
                manifest.ranks(),
                manifest.decoder(),
                policy,
                manifest.plans(),
                manifest.provenance(),
                manifest.scores(),
                manifest.licence(),
                manifest.selfTestTolerance());
        return PackWriter.toBytes(new ModulatorPack(renamed, pack.tensors(), ""));
    }

    /** Bytes of the pack's own tensors in fp32, the self-test not counted. */
    static long floatBytes(ModulatorPack pack) {
        return pack.manifest().layout().values().stream()
                .mapToLong(shape -> shape.elements() * Float.BYTES)
                .sum();
    }
}
