package dev.facet.core.bank;

import dev.facet.core.network.TensorLayout;
import dev.facet.core.tensor.Tensor;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The frozen filters W_s of one pre-trained network, shared by all tasks, and what a pack starts from ({@code init.*}).
 * Immutable and thread-safe.
 *
 * <p>Tensors are named as {@link TensorLayout#bank} says.
 */
public final class FilterBank {
    private final BankManifest manifest;
    private final Map<String, Tensor> tensors;
    private final String fingerprint;

    /**
     * Checks the tensors against the layout.
     *
     * @param tensors exactly those of {@link TensorLayout#bank}, with or without {@code init.*}; modulators may be absent
     * @throws BankException if a tensor is missing, unexpected, has another shape or a value that is not finite
     */
    public FilterBank(BankManifest manifest, Map<String, Tensor> tensors) {
        this.manifest = manifest;
        this.tensors = Collections.unmodifiableMap(new TreeMap<>(tensors));
        BankChecks.check(manifest, this.tensors);
        this.fingerprint = Fingerprint.of(manifest, this.tensors);
    }

    public BankManifest manifest() {
        return manifest;
    }

    /** All tensors by name, in byte order of the names. */
    public Map<String, Tensor> tensors() {
        return tensors;
    }

    /** The tensor of that name; {@link IllegalArgumentException} where the bank has none. */
    public Tensor tensor(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("no such tensor in the bank: name='%s'".formatted(name));
        }
        return tensor;
    }

    public boolean has(String name) {
        return tensors.containsKey(name);
    }

    /** Whether {@code init.*} is there: packs with a prefix and training need it. */
    public boolean hasInitialValues() {
        return tensors.containsKey("init.bn1.weight");
    }

    /** SHA-256 in lower-case hex: see {@link Fingerprint}. */
    public String fingerprint() {
        return fingerprint;
    }

    /** Rows of W_s of a convolution. */
    public int rank(String convolution) {
        return tensor(convolution).shape().intExtent(0);
    }
}
