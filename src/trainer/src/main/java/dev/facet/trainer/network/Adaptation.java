package dev.facet.trainer.network;

import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;

/**
 * How a task's encoder leaves the bank, and what of it is trained. The decoder is always trained.
 *
 * @param modulation what is private in each convolution
 * @param modulatedFrom first stage that is adapted; what lies before is the bank's own network
 * @param fusion normalized feature fusion: modulators are trained as gain times unit row; only with {@code rc}
 * @param trainsConvolutions whether modulators, adapters, private convolutions and shortcuts are trained; otherwise they stay as
 *     they start ({@code train_enc_conv_layers} of the reference)
 * @param trainsNorms whether γ and β of the encoder's norms are trained; otherwise only their running statistics follow
 *     ({@code train_enc_norm_layers} of the reference)
 * @param batchStatistics whether the encoder's norms use the batch's statistics in training; otherwise the running ones, which
 *     then stay as they start
 */
public record Adaptation(
        Modulation modulation,
        Stage modulatedFrom,
        boolean fusion,
        boolean trainsConvolutions,
        boolean trainsNorms,
        boolean batchStatistics) {
    public Adaptation {
        if (fusion && modulation != Modulation.RC) {
            throw new IllegalArgumentException(
                    "normalized feature fusion: value=true, expected=false with modulation=%s (only rc has modulators)"
                            .formatted(modulation.id()));
        }
    }

    /** Everything private is trained, from the first convolution on. */
    public static Adaptation of(Modulation modulation) {
        return new Adaptation(modulation, Stage.CONV1, false, true, true, true);
    }

    public Adaptation from(Stage stage) {
        return new Adaptation(modulation, stage, fusion, trainsConvolutions, trainsNorms, batchStatistics);
    }

    public Adaptation withFusion(boolean on) {
        return new Adaptation(modulation, modulatedFrom, on, trainsConvolutions, trainsNorms, batchStatistics);
    }

    /** A copy that trains these parts of the encoder. */
    public Adaptation training(boolean convolutions, boolean norms) {
        return new Adaptation(modulation, modulatedFrom, fusion, convolutions, norms, batchStatistics);
    }

    /** A copy whose norms use the running statistics in training too. */
    public Adaptation withRunningStatistics() {
        return new Adaptation(modulation, modulatedFrom, fusion, trainsConvolutions, trainsNorms, false);
    }
}
