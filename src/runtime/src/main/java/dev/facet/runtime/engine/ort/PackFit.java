package dev.facet.runtime.engine.ort;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.network.Convolution;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackException;
import dev.facet.core.pack.PackException.Finding;
import dev.facet.core.pack.PackFault;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.Plan;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whether a pack can run over a bank: what the graphs rely on, also for packs that didn't come from a file. */
public final class PackFit {
    private PackFit() {}

    /** @throws PackException with all that does not fit */
    public static void check(FilterBank bank, ModulatorPack pack, Plan plan) {
        PackManifest manifest = pack.manifest();
        if (!manifest.plans().containsKey(plan)) {
            throw new PackException(
                    PackFault.PLAN_REFUSED,
                    "plan=%s is not among those of the pack: plans=%s"
                            .formatted(
                                    plan.id(),
                                    manifest.plans().keySet().stream()
                                            .map(Plan::id)
                                            .sorted()
                                            .toList()));
        }
        List<Finding> findings = new ArrayList<>();
        checkBank(bank, manifest, findings);
        if (findings.isEmpty()) {
            checkTensors(pack, findings);
            checkRanks(bank, manifest, findings);
        }
        if (!findings.isEmpty()) {
            throw new PackException(findings);
        }
    }

    private static void checkBank(FilterBank bank, PackManifest manifest, List<Finding> findings) {
        if (manifest.architecture() != bank.manifest().architecture()) {
            findings.add(new Finding(
                    PackFault.WRONG_BANK,
                    "architecture=%s, bank's=%s"
                            .formatted(
                                    manifest.architecture().id(),
                                    bank.manifest().architecture().id())));
            return;
        }
        boolean needsBank = manifest.modulation() != Modulation.NONE || manifest.modulatedFrom() != Stage.CONV1;
        if (manifest.bank().isPresent() ? !manifest.bank().get().equals(bank.fingerprint()) : needsBank) {
            findings.add(new Finding(
                    PackFault.WRONG_BANK,
                    "fingerprint=%s, bank's=%s".formatted(manifest.bank().orElse("none"), bank.fingerprint())));
        }
        boolean needsInitial = manifest.modulation() == Modulation.NORM || manifest.modulatedFrom() != Stage.CONV1;
        if (needsInitial && !bank.hasInitialValues()) {
            findings.add(new Finding(
                    PackFault.WRONG_BANK,
                    "modulation=%s from %s needs the bank's init.* tensors, which it lacks"
                            .formatted(
                                    manifest.modulation().id(),
                                    manifest.modulatedFrom().id())));
        }
    }

    private static void checkTensors(ModulatorPack pack, List<Finding> findings) {
        for (Map.Entry<String, Shape> expected : pack.manifest().layout().entrySet()) {
            Tensor tensor = pack.tensors().get(expected.getKey());
            if (tensor == null) {
                findings.add(new Finding(PackFault.MISSING_TENSOR, "tensor='%s'".formatted(expected.getKey())));
            } else if (!tensor.shape().equals(expected.getValue())) {
                findings.add(new Finding(
                        PackFault.WRONG_SHAPE,
                        "tensor='%s', shape=%s, expected=%s"
                                .formatted(expected.getKey(), tensor.shape(), expected.getValue())));
            }
        }
    }

    private static void checkRanks(FilterBank bank, PackManifest manifest, List<Finding> findings) {
        if (manifest.modulation() != Modulation.RC) {
            return;
        }
        for (Convolution conv : manifest.architecture().convolutions()) {
            int rank = manifest.ranks().getOrDefault(conv.name(), conv.outChannels());
            if (conv.stage().compareTo(manifest.modulatedFrom()) >= 0 && rank != bank.rank(conv.name())) {
                findings.add(new Finding(
                        PackFault.WRONG_BANK,
                        "rank of '%s'=%d, bank's=%d".formatted(conv.name(), rank, bank.rank(conv.name()))));
            }
        }
    }
}
