package dev.facet.runtime.engine.ort;

import dev.facet.core.pack.PackException;
import dev.facet.core.pack.PackException.Finding;
import dev.facet.core.pack.PackFault;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.PackQuantization;
import dev.facet.core.pack.Plan;
import dev.facet.core.quantization.BankCalibration;
import dev.facet.runtime.engine.Prefix;
import java.util.Optional;

/**
 * What an engine can do in int8.
 *
 * @param calibration of the bank's prefix; empty where there is none
 * @param processor why this device can't; empty where it can
 */
record Int8Support(Optional<BankCalibration> calibration, Optional<String> processor) {
    static Int8Support of(Optional<BankCalibration> calibration, SessionFactory factory) {
        Optional<String> processor = factory.device().equals("cpu")
                ? Int8Probe.obstacle(factory)
                : Optional.of("int8 runs on the CPU only: device=" + factory.device());
        return new Int8Support(calibration, processor);
    }

    /** @throws PackException if a pack can't run in int8 here */
    void check(PackManifest manifest) {
        Optional<Finding> obstacle = obstacle(manifest);
        if (obstacle.isPresent()) {
            throw new PackException(obstacle.get().fault(), obstacle.get().detail());
        }
    }

    /** Why a pack can't run in int8 here, or empty. */
    Optional<Finding> obstacle(PackManifest manifest) {
        if (manifest.quantization().isEmpty()) {
            return refused("the pack says nothing of its quantization: expected the property 'quantization'");
        }
        if (processor.isPresent()) {
            return refused(processor.get());
        }
        Optional<String> wanted = manifest.quantization().flatMap(PackQuantization::calibration);
        if (wanted.isEmpty()) {
            return Optional.empty();
        }
        if (calibration.isEmpty()) {
            return refused("the bank has no calibration here: expected digest=" + wanted.get());
        }
        BankCalibration own = calibration.get();
        if (!own.digest().equals(wanted.get())) {
            return Optional.of(new Finding(
                    PackFault.WRONG_CALIBRATION,
                    "quantized on another calibration of the bank's prefix: digest=%s, expected=%s [the bank's]"
                            .formatted(wanted.get(), own.digest())));
        }
        Prefix calibrated =
                new Prefix(manifest.architecture(), own.manifest().outputStride(), manifest.modulatedFrom());
        Prefix needed = Prefix.of(manifest, Plan.FACTORED);
        if (!calibrated.equals(needed)) {
            return Optional.of(new Finding(
                    PackFault.WRONG_CALIBRATION,
                    "the bank's prefix was calibrated at output stride %d, expected=%d"
                            .formatted(calibrated.outputStride(), needed.outputStride())));
        }
        return Optional.empty();
    }

    private static Optional<Finding> refused(String reason) {
        return Optional.of(new Finding(PackFault.PLAN_REFUSED, "plan=int8 is not available: " + reason));
    }

    /** In words, for the log. */
    @Override
    public String toString() {
        return processor.orElseGet(() -> calibration
                .map(own -> "available, calibration " + own.digest())
                .orElse("available, but the bank has no calibration"));
    }
}
