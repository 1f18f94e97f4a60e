package dev.facet.trainer.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.facet.trainer.network.ParameterRole;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The optimizer.
 *
 * @param algorithm {@code SGD}, {@code Adam}, {@code AdamW}, {@code ASGD}, {@code Adamax}, {@code Adadelta}, {@code Adagrad}, {@code RMSprop}
 * @param parameters {@code lr}, {@code weight_decay}, and those of the algorithm under PyTorch's names
 * @param clipNorm the most that the norm of a step's gradients may be, beyond which they are scaled; empty: any
 * @param roles what is different for parts of the network
 */
public record OptimizerConfiguration(
        String algorithm,
        Map<String, Object> parameters,

        @JsonProperty("clip_norm") @JsonInclude(JsonInclude.Include.NON_ABSENT)
        Optional<Double> clipNorm,

        Roles roles) {
    private static final String RATE = "lr";
    private static final String DECAY = "weight_decay";

    /** What every algorithm has. */
    static final Set<String> COMMON_PARAMETERS = Set.of(RATE, DECAY);

    public OptimizerConfiguration {
        Map<String, Object> read = new LinkedHashMap<>();
        parameters.forEach((name, value) -> read.put(name, number(value)));
        parameters = Collections.unmodifiableMap(read);
    }

    /** YAML 1.1 takes {@code 1e-4} for a text. */
    private static Object number(Object value) {
        if (value instanceof String text) {
            try {
                return Double.valueOf(text);
            } catch (NumberFormatException e) {
                return value;
            }
        }
        return value;
    }

    /**
     * What the roles of trained tensors have of their own.
     *
     * @param modulators rows of modulators
     * @param gains of normalized feature fusion; empty: as the modulators
     * @param adapters residual adapters
     * @param filters private k×k filters
     * @param shortcuts private 1×1 convolutions of shortcuts
     * @param norms γ and β of the encoder's norms
     * @param decoder all of the decoder
     */
    public record Roles(
            Role modulators,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Role> gains,
            Role adapters,
            Role filters,
            Role shortcuts,
            Role norms,
            Role decoder) {
        /** What a role has of its own. */
        public Role of(ParameterRole role) {
            return switch (role) {
                case MODULATORS -> modulators;
                case GAINS -> gains.orElse(modulators);
                case ADAPTERS -> adapters;
                case FILTERS -> filters;
                case SHORTCUTS -> shortcuts;
                case NORMS -> norms;
                case DECODER -> decoder;
            };
        }
    }

    /**
     * What a role has of its own.
     *
     * @param rateFactor factor of its learning rate; empty: 1. With 0 it isn't trained
     * @param weightDecay its decay; empty: that of everything
     * @param decayTo {@code zero}, or {@code start}: where its decay pulls; empty: {@code zero}
     */
    public record Role(
            @JsonProperty("lr_factor") Optional<Double> rateFactor,

            @JsonProperty("weight_decay") @JsonInclude(JsonInclude.Include.NON_ABSENT)
            Optional<Double> weightDecay,

            @JsonProperty("decay_to") @JsonInclude(JsonInclude.Include.NON_ABSENT)
            Optional<String> decayTo) {
        /** Factor of the learning rate. */
        public double factor() {
            return rateFactor.orElse(1.0);
        }
    }

    /**
     * As the file has it.
     *
     * @param modulators what the key was that roles took the place of
     */
    @JsonCreator
    static OptimizerConfiguration read(
            @JsonProperty("algorithm") String algorithm,
            @JsonProperty("parameters") Map<String, Object> parameters,
            @JsonProperty("clip_norm") Optional<Double> clipNorm,
            @JsonProperty("roles") Roles roles,
            @JsonProperty("modulators") Optional<Object> modulators) {
        if (modulators.isPresent()) {
            throw new IllegalArgumentException(
                    "unknown key: key='optimizer.modulators', expected optimizer.roles.modulators, and .adapters, .filters"
                            + " and .shortcuts beside it: each role has a rate of its own");
        }
        return new OptimizerConfiguration(algorithm, parameters, clipNorm, roles);
    }

    /** The first learning rate; NaN where it is no number. */
    public double rate() {
        return parameters.get(RATE) instanceof Number rate ? rate.doubleValue() : Double.NaN;
    }

    /** The decay of every trained tensor; 0 where it isn't given, NaN where it is no number. */
    public double decay() {
        Object decay = parameters.getOrDefault(DECAY, 0.0);
        return decay instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    /** The parameters of the algorithm itself. */
    public Map<String, Object> ruleParameters() {
        Map<String, Object> own = new LinkedHashMap<>(parameters);
        own.remove(RATE);
        own.remove(DECAY);
        return own;
    }
}
