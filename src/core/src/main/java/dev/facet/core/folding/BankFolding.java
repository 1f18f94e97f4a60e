package dev.facet.core.folding;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.network.Convolution;

/** What a bank gives without any pack: frozen responses, and the pre-trained network that prefixes are made of. */
public final class BankFolding {
    private BankFolding() {}

    /** The filters of the frozen response: {@code init.<conv>.modulator}·W_s where the bank has it, else W_s. */
    public static Weights frozen(FilterBank bank, String convolution) {
        Weights filters = Weights.of(bank.tensor(convolution));
        return hasModulator(bank, convolution) ? modulator(bank, convolution).after(filters) : filters;
    }

    /** Whether the bank has {@code init.<conv>.modulator}. */
    public static boolean hasModulator(FilterBank bank, String convolution) {
        return bank.has("init." + convolution + ".modulator");
    }

    /** {@code init.<conv>.modulator} [C_out, rank, 1, 1], the identity where the bank has none. */
    public static Weights modulator(FilterBank bank, String convolution) {
        return hasModulator(bank, convolution)
                ? Weights.of(bank.tensor("init." + convolution + ".modulator"))
                : Weights.identity(bank.rank(convolution));
    }

    /** A convolution of the pre-trained network, norm folded; a shortcut where its kernel is 1×1. */
    public static FoldedConvolution pretrained(FilterBank bank, Convolution conv) {
        Weights weights = conv.kernel() == 1
                ? Weights.of(bank.tensor("init." + conv.name() + ".weight"))
                : frozen(bank, conv.name());
        return FoldedConvolution.of(weights, Affine.ofNorm(bank::tensor, "init." + conv.norm()));
    }
}
