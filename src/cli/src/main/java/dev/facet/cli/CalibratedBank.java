package dev.facet.cli;

import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.quantization.BankCalibration;
import dev.facet.core.quantization.CalibrationFile;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.ort.OrtEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A bank with the calibration that lies beside it.
 *
 * @param bank the bank
 * @param calibration of its prefix; empty where no file lies there
 */
record CalibratedBank(FilterBank bank, Optional<BankCalibration> calibration) {
    /** Reads both. */
    static CalibratedBank read(Path bankFile) throws IOException {
        return of(bankFile, BankReader.read(bankFile));
    }

    /** A bank that was read, with what lies beside its file. */
    static CalibratedBank of(Path bankFile, FilterBank bank) throws IOException {
        return new CalibratedBank(bank, CalibrationFile.readBeside(bankFile, bank));
    }

    /** An engine over it; the caller closes it. */
    Engine open(EngineOptions options) {
        return OrtEngine.open(bank, calibration, options);
    }
}
