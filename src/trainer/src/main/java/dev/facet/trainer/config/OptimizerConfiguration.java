package dev.facet.trainer.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The optimizer.
 *
 * @param algorithm {@code SGD}, {@code Adam}, {@code ASGD}, {@code Adamax}, {@code Adadelta}, {@code Adagrad}, {@code RMSprop}
 * @param parameters {@code lr}, {@code weight_decay}, and those of the algorithm under PyTorch's names
 * @param modulators what is different for modulators, adapters, and filters where they are trained
 */
public record OptimizerConfiguration(String algorithm, Map<String, Object> parameters, Modulators modulators) {
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
     * What is different for modulators and adapters.
     *
     * @param rateFactor factor of their learning rate
     * @param weightDecay their decay; empty: that of everything
     * @param decayTo {@code zero}, or {@code start}: where their decay pulls them
     */
    public record Modulators(
            @JsonProperty("lr_factor") double rateFactor,
            @JsonProperty("weight_decay") Optional<Double> weightDecay,
            @JsonProperty("decay_to") String decayTo) {}

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
