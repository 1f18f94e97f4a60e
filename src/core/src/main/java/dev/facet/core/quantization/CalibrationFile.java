package dev.facet.core.quantization;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.digest.Sha256;
import dev.facet.core.file.AtomicFile;
import dev.facet.core.json.StrictJson;
import dev.facet.core.network.Architecture;
import dev.facet.core.safetensors.ContentDigest;
import dev.facet.core.safetensors.SafetensorsException;
import dev.facet.core.safetensors.SafetensorsFile;
import dev.facet.core.safetensors.SafetensorsReader;
import dev.facet.core.safetensors.SafetensorsWriter;
import dev.facet.core.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The file of a bank's calibration, format version 1: safetensors, metadata {@code facet.calibration} (JSON with exactly {@code
 * format}, {@code bank}, {@code architecture}, {@code outputStride}, {@code method}, {@code images}, {@code imageCount}, {@code
 * provenance}, {@code licence}) and {@code facet.digest} ({@link ContentDigest}); for every activation of the prefix the two
 * tensors of {@link ScaleTensors}. It lies beside the bank: {@code bank-int8.safetensors} beside {@code bank.safetensors}.
 */
public final class CalibrationFile {
    /** Version of the format. */
    public static final int VERSION = 1;

    /** Largest file accepted: 1 MiB (that of a ResNet-34 has 20 kB). */
    public static final long MAX_BYTES = 1 << 20;

    private static final String MANIFEST_KEY = "facet.calibration";
    private static final String ENDING = ".safetensors";

    private CalibrationFile() {}

    private record Document(
            int format,
            String bank,
            Architecture architecture,
            int outputStride,
            CalibrationMethod method,
            String images,
            int imageCount,
            String provenance,
            String licence) {}

    /** Where the calibration of a bank lies. */
    public static Path beside(Path bank) {
        String name = bank.getFileName().toString();
        String stem = name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name;
        return bank.resolveSibling(stem + "-int8" + ENDING);
    }

    /**
     * The calibration beside a bank; empty where there is no file.
     *
     * @throws CalibrationException if there is one, but not of this bank
     * @throws IOException if it can't be read
     */
    public static Optional<BankCalibration> readBeside(Path bankFile, FilterBank bank) throws IOException {
        Path file = beside(bankFile);
        return Files.exists(file) ? Optional.of(read(file, bank)) : Optional.empty();
    }

    /**
     * Reads a calibration, strictly.
     *
     * @throws CalibrationException if it isn't one of version 1 for that bank, or its content isn't what its digest says
     * @throws IOException if the file can't be read
     */
    public static BankCalibration read(Path path, FilterBank bank) throws IOException {
        try {
            byte[] bytes = readBytes(path);
            BankCalibration calibration = parse(bytes);
            BankCalibration.Manifest manifest = calibration.manifest();
            if (!manifest.bank().equals(bank.fingerprint())
                    || manifest.architecture() != bank.manifest().architecture()) {
                throw new CalibrationException("made for another bank: fingerprint=%s, expected=%s"
                        .formatted(manifest.bank(), bank.fingerprint()));
            }
            return calibration;
        } catch (SafetensorsException | CalibrationException e) {
            throw new CalibrationException("%s [calibration=%s]".formatted(e.getMessage(), path.getFileName()), e);
        }
    }

    private static byte[] readBytes(Path path) throws IOException {
        long size = Files.size(path);
        if (size > MAX_BYTES) {
            throw new CalibrationException("too large: bytes=%d, expected at most %d".formatted(size, MAX_BYTES));
        }
        try (InputStream in = Files.newInputStream(path)) {
            return in.readNBytes((int) size);
        }
    }

    private static BankCalibration parse(byte[] bytes) {
        SafetensorsFile file = SafetensorsReader.read(bytes);
        String json = file.metadata().get(MANIFEST_KEY);
        if (json == null || file.metadata().size() != 2) {
            throw new CalibrationException("not a calibration: metadata=%s, expected %s and %s"
                    .formatted(file.metadata().keySet(), MANIFEST_KEY, ContentDigest.METADATA_KEY));
        }
        String announced = file.metadata().get(ContentDigest.METADATA_KEY);
        String actual = ContentDigest.of(json, file.tensors());
        if (!actual.equals(announced)) {
            throw new CalibrationException("content is not what the digest in the file says: digest=%s, expected=%s"
                    .formatted(actual, announced));
        }
        BankCalibration.Manifest manifest = manifest(json);
        Map<String, ActivationScale> scales = new LinkedHashMap<>();
        int tensors = 0;
        for (Activation activation : Activations.ofPrefix(manifest.architecture())) {
            scales.put(activation.name(), ScaleTensors.get(file.tensors(), activation.name()));
            tensors += 2;
        }
        if (file.tensors().size() != tensors) {
            throw new CalibrationException("unexpected tensors: count=%d, expected=%d"
                    .formatted(file.tensors().size(), tensors));
        }
        return new BankCalibration(manifest, scales, digest(bytes));
    }

    private static BankCalibration.Manifest manifest(String json) {
        try {
            Document document = StrictJson.read(json, Document.class);
            if (document.format() != VERSION) {
                throw new IllegalArgumentException("unknown format of a calibration: format=%d, expected=%d"
                        .formatted(document.format(), VERSION));
            }
            return new BankCalibration.Manifest(
                    document.bank(),
                    document.architecture(),
                    document.outputStride(),
                    document.method(),
                    document.images(),
                    document.imageCount(),
                    document.provenance(),
                    document.licence());
        } catch (IllegalArgumentException | NullPointerException e) {
            throw new CalibrationException("bad manifest: " + e.getMessage(), e);
        }
    }

    /**
     * Writes a calibration, whole or not at all; the same calibration gives the same bytes.
     *
     * @return it, with the digest of the file
     * @throws IOException if the file can't be written
     */
    public static BankCalibration write(Path path, BankCalibration calibration) throws IOException {
        byte[] bytes = toBytes(calibration);
        AtomicFile.write(path, bytes);
        return new BankCalibration(calibration.manifest(), calibration.scales(), digest(bytes));
    }

    private static byte[] toBytes(BankCalibration calibration) {
        BankCalibration.Manifest manifest = calibration.manifest();
        String json = StrictJson.write(new Document(
                VERSION,
                manifest.bank(),
                manifest.architecture(),
                manifest.outputStride(),
                manifest.method(),
                manifest.images(),
                manifest.imageCount(),
                manifest.provenance(),
                manifest.licence()));
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        ScaleTensors.put(tensors, "", calibration.scales());
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(MANIFEST_KEY, json);
        metadata.put(ContentDigest.METADATA_KEY, ContentDigest.of(json, tensors));
        return SafetensorsWriter.toBytes(metadata, tensors);
    }

    private static String digest(byte[] bytes) {
        MessageDigest digest = Sha256.begin();
        digest.update(bytes);
        return Sha256.hex(digest);
    }
}
