package dev.facet.trainer.config;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import java.util.List;
import java.util.Optional;

/**
 * The network.
 *
 * @param bank file of the filter bank
 * @param modulation how the pack adapts the bank; empty: what {@code conv_layer} says, else {@code rc}
 * @param modulatedFrom first stage that is trained
 * @param start where training starts
 * @param from pack that it starts from, with {@link Start#PACK}; empty (and not written) otherwise
 * @param norms whether the encoder's norms use the statistics of the {@code batch} in training, or the {@code running} ones,
 *     which then stay as they start
 */
public record ModelSettings(
        Architecture architecture,
        String bank,
        Optional<Modulation> modulation,
        @JsonProperty("modulated_from") Stage modulatedFrom,
        Start start,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> from,
        Norms norms,
        Parameters parameters) {

    /** Where training starts. */
    public enum Start {
        /** The bank's own network: its {@code init.*}. */
        @JsonProperty("bank")
        BANK,
        /** A checkpoint of the reference in {@code model_dir}, trained on ImageNet in the shape of {@code conv_layer}. */
        @JsonProperty("checkpoint")
        CHECKPOINT,
        /** The weights of a pack. */
        @JsonProperty("pack")
        PACK,
        /** The bank's filters, and random values for everything else. */
        @JsonProperty("random")
        RANDOM,
        /** Random values for everything, the frozen filters among them. */
        @JsonProperty("nothing")
        NOTHING
    }

    /** The statistics that the encoder's norms use in training. */
    public enum Norms {
        /** Those of the batch. */
        @JsonProperty("batch")
        BATCH,
        /** The running ones. */
        @JsonProperty("running")
        RUNNING
    }

    /**
     * Details, under the reference's names.
     *
     * @param pretrainedArchitecture {@code RC_RI}, {@code RC}, {@code Conv}, {@code RA_series}, {@code RA_parallel}
     * @param trainEncNormLayers whether the encoder's norms are trained; their statistics always are
     * @param trainEncConvLayers whether the encoder's convolutions (modulators, adapters, shortcuts) are trained
     * @param pyramidPooling {@code atrous-v3}
     * @param outputStride 8, 16 or 32
     * @param convLayer {@code RCM}, {@code Conv}, {@code RA_series} or {@code RA_parallel}
     * @param fusion normalized feature fusion
     * @param commonMtParams whether the tasks of a joint run share one encoder's parameters
     * @param decompPath folder of the response initialization; the bank takes its place
     * @param modelDir folder of checkpoints
     */
    public record Parameters(
            @JsonProperty("pretrained_architecture") Optional<String> pretrainedArchitecture,
            @JsonProperty("train_enc_norm_layers") boolean trainEncNormLayers,
            @JsonProperty("train_enc_conv_layers") boolean trainEncConvLayers,
            @JsonProperty("pyramid_pooling") String pyramidPooling,
            @JsonProperty("output_stride") int outputStride,
            Head decoder,
            @JsonProperty("conv_layer") Optional<String> convLayer,
            @JsonProperty("NFF") boolean fusion,
            @JsonProperty("common_mt_params") boolean commonMtParams,
            @JsonProperty("decomp_path") Optional<String> decompPath,
            @JsonProperty("model_dir") Optional<String> modelDir) {}

    /** The decoder; {@code true} is the reference's. */
    public record Head(
            Decoder.Kind kind,
            int width,
            @JsonProperty("low_level_width") int lowLevelWidth,
            List<Integer> rates) {
        public Head {
            rates = List.copyOf(rates);
        }

        public Decoder toDecoder() {
            return new Decoder(kind, width, lowLevelWidth, rates);
        }
    }

    /** How the pack adapts the bank: {@code modulation}, else {@code conv_layer}, else {@code rc}. */
    public Modulation effectiveModulation() {
        return modulation
                .or(() -> parameters.convLayer().flatMap(ModelSettings::modulationOf))
                .orElse(Modulation.RC);
    }

    /** The modulation that the reference calls so. */
    static Optional<Modulation> modulationOf(String convLayer) {
        return switch (convLayer) {
            case "RCM" -> Optional.of(Modulation.RC);
            case "Conv" -> Optional.of(Modulation.NONE);
            case "RA_series" -> Optional.of(Modulation.RA_SERIES);
            case "RA_parallel" -> Optional.of(Modulation.RA_PARALLEL);
            default -> Optional.empty();
        };
    }
}
