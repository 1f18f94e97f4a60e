package dev.facet.core.pack;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.pack.PackException.Finding;
import dev.facet.core.tensor.ElementType;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks a pack against its own manifest and against a bank; collects everything that is wrong, up to a limit. */
final class PackChecks {
    private static final int MAX_FINDINGS = 20;
    private static final int MAX_SELF_TEST_SIDE = 96;

    private PackChecks() {}

    static void check(ModulatorPack pack) {
        List<Finding> findings = new ArrayList<>();
        PackManifest manifest = pack.manifest();
        boolean needsBank = manifest.modulation() != Modulation.NONE || manifest.modulatedFrom() != Stage.CONV1;
        if (needsBank != manifest.bank().isPresent()) {
            findings.add(new Finding(
                    PackFault.BAD_MANIFEST,
                    "bank: value=%s, expected %s [modulation=%s, modulatedFrom=%s]"
                            .formatted(
                                    manifest.bank().orElse("null"),
                                    needsBank ? "a fingerprint" : "null",
                                    manifest.modulation().id(),
                                    manifest.modulatedFrom().id())));
        }
        Map<String, Shape> layout = manifest.layout();
        layout.forEach((name, shape) -> checkWeights(name, shape, pack.tensors().get(name), findings));
        checkSelfTest(pack, findings);
        Set<String> quantization = QuantizationChecks.names(manifest);
        QuantizationChecks.check(pack, findings);
        for (String name : pack.tensors().keySet()) {
            boolean known = layout.containsKey(name)
                    || name.equals(ModulatorPack.SELF_TEST_IMAGE)
                    || name.equals(ModulatorPack.SELF_TEST_OUTPUT)
                    || quantization.contains(name)
                    || isUnread(name, manifest);
            if (!known) {
                findings.add(new Finding(PackFault.UNEXPECTED_TENSOR, "unexpected tensor: name='%s'".formatted(name)));
            } else if (isUnread(name, manifest) && !pack.tensor(name).isFinite()) {
                findings.add(notFinite(name));
            }
        }
        raise(findings);
    }

    /** A tensor of an int8 plan that the manifest doesn't tell of: there, and not read. */
    private static boolean isUnread(String name, PackManifest manifest) {
        return manifest.quantization().isEmpty() && name.startsWith(ModulatorPack.QUANTIZATION);
    }

    private static void checkWeights(String name, Shape expected, Tensor tensor, List<Finding> findings) {
        if (tensor == null) {
            findings.add(new Finding(
                    PackFault.MISSING_TENSOR, "missing tensor: name='%s', shape=%s".formatted(name, expected)));
        } else if (!tensor.shape().equals(expected)) {
            findings.add(new Finding(
                    PackFault.WRONG_SHAPE,
                    "wrong shape: tensor='%s', shape=%s, expected=%s".formatted(name, tensor.shape(), expected)));
        } else if (tensor.type() != ElementType.F32 && tensor.type() != ElementType.F16) {
            findings.add(new Finding(
                    PackFault.WRONG_TYPE,
                    "wrong type: tensor='%s', type=%s, expected=F32|F16".formatted(name, tensor.type())));
        } else if (!tensor.isFinite()) {
            findings.add(notFinite(name));
        } else if (name.endsWith(".running_var") && hasNegative(tensor)) {
            findings.add(new Finding(
                    PackFault.NOT_FINITE, "negative variance: tensor='%s', expected at least 0".formatted(name)));
        }
    }

    static Finding notFinite(String name) {
        return new Finding(PackFault.NOT_FINITE, "not finite: tensor='%s' holds NaN or infinity".formatted(name));
    }

    private static boolean hasNegative(Tensor tensor) {
        for (float value : tensor.toFloatArray()) {
            if (value < 0) {
                return true;
            }
        }
        return false;
    }

    private static void checkSelfTest(ModulatorPack pack, List<Finding> findings) {
        Tensor image = pack.tensors().get(ModulatorPack.SELF_TEST_IMAGE);
        Tensor output = pack.tensors().get(ModulatorPack.SELF_TEST_OUTPUT);
        if (image == null || output == null) {
            findings.add(new Finding(
                    PackFault.MISSING_TENSOR,
                    "no self-test: expected '%s' and '%s'"
                            .formatted(ModulatorPack.SELF_TEST_IMAGE, ModulatorPack.SELF_TEST_OUTPUT)));
            return;
        }
        Shape shape = image.shape();
        if (shape.rank() != 3
                || shape.extent(2) != 3
                || shape.extent(0) < 1
                || shape.extent(1) < 1
                || shape.extent(0) > MAX_SELF_TEST_SIDE
                || shape.extent(1) > MAX_SELF_TEST_SIDE) {
            findings.add(new Finding(
                    PackFault.WRONG_SHAPE,
                    "wrong shape: tensor='%s', shape=%s, expected=[h, w, 3] with h and w from 1 to %d"
                            .formatted(ModulatorPack.SELF_TEST_IMAGE, shape, MAX_SELF_TEST_SIDE)));
            return;
        }
        Shape expected = new Shape(1, pack.manifest().task().outputs(), shape.extent(0), shape.extent(1));
        if (!output.shape().equals(expected)) {
            findings.add(new Finding(
                    PackFault.WRONG_SHAPE,
                    "wrong shape: tensor='%s', shape=%s, expected=%s"
                            .formatted(ModulatorPack.SELF_TEST_OUTPUT, output.shape(), expected)));
        }
        if (image.type() != ElementType.U8 || output.type() != ElementType.F32) {
            findings.add(new Finding(
                    PackFault.WRONG_TYPE,
                    "wrong type: self-test image=%s, output=%s, expected U8 and F32"
                            .formatted(image.type(), output.type())));
        } else if (!output.isFinite()) {
            findings.add(notFinite(ModulatorPack.SELF_TEST_OUTPUT));
        }
    }

    static void checkBank(PackManifest manifest, FilterBank bank) {
        List<Finding> findings = new ArrayList<>();
        if (manifest.architecture() != bank.manifest().architecture()) {
            findings.add(wrongBank("architecture: value=%s, expected=%s [the bank's]"
                    .formatted(
                            manifest.architecture().id(),
                            bank.manifest().architecture().id())));
        } else {
            manifest.bank()
                    .filter(fingerprint -> !fingerprint.equals(bank.fingerprint()))
                    .ifPresent(
                            fingerprint -> findings.add(wrongBank("made for another bank: fingerprint=%s, expected=%s"
                                    .formatted(fingerprint, bank.fingerprint()))));
            if (manifest.bank().isPresent()
                    && !manifest.ranks().equals(bank.manifest().ranks())) {
                findings.add(wrongBank("ranks: value=%s, expected=%s"
                        .formatted(manifest.ranks(), bank.manifest().ranks())));
            }
            boolean initial = manifest.modulatedFrom() != Stage.CONV1 || manifest.modulation() == Modulation.NORM;
            if (initial && !bank.hasInitialValues()) {
                findings.add(wrongBank("the pack uses the bank's own network, but the bank has no initial values "
                        + "[modulation=%s, modulatedFrom=%s]"
                                .formatted(
                                        manifest.modulation().id(),
                                        manifest.modulatedFrom().id())));
            }
        }
        raise(findings);
    }

    private static Finding wrongBank(String detail) {
        return new Finding(PackFault.WRONG_BANK, detail);
    }

    private static void raise(List<Finding> findings) {
        if (!findings.isEmpty()) {
            throw new PackException(findings.subList(0, Math.min(MAX_FINDINGS, findings.size())));
        }
    }
}
