package dev.facet.trainer.step;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Update rules by name, with PyTorch's names and defaults of their parameters. */
public final class UpdateRules {
    /** What {@code optimizer.algorithm} may be. */
    public static final List<String> NAMES =
            List.of("SGD", "Adam", "AdamW", "ASGD", "Adamax", "Adadelta", "Adagrad", "RMSprop");

    private static final double EPSILON = 1e-8;

    private UpdateRules() {}

    /**
     * A rule.
     *
     * @param parameters those of torch.optim without {@code lr} and {@code weight_decay}: numbers, booleans, and {@code betas} as a
     *     list of two; what is missing is as PyTorch has it, a momentum of 0 included
     * @throws IllegalArgumentException if there is no such rule or parameter, or a value is out of range
     */
    public static UpdateRule of(String algorithm, Map<String, ?> parameters) {
        Given given = new Given(algorithm, parameters);
        UpdateRule rule = rule(algorithm, given);
        given.refuseUnknown();
        return rule;
    }

    /** The names of a rule's parameters. */
    public static Set<String> parameters(String algorithm) {
        Given given = new Given(algorithm, Map.of());
        rule(algorithm, given);
        return given.known;
    }

    private static UpdateRule rule(String algorithm, Given given) {
        return switch (algorithm) {
            case "SGD" ->
                new UpdateRule.Sgd(given.number("momentum", 0), given.number("dampening", 0), given.flag("nesterov"));
            case "Adam" -> adam(given);
            case "AdamW" -> new UpdateRule.AdamW(adam(given));
            case "Adamax" ->
                new UpdateRule.Adamax(given.beta(0, 0.9), given.beta(1, 0.999), given.number("eps", EPSILON));
            case "ASGD" -> {
                // The step that averaging begins at doesn't move parameters.
                given.number("t0", 1e6);
                yield new UpdateRule.Asgd(given.number("lambd", 1e-4), given.number("alpha", 0.75));
            }
            case "Adadelta" -> new UpdateRule.Adadelta(given.number("rho", 0.9), given.number("eps", 1e-6));
            case "Adagrad" ->
                new UpdateRule.Adagrad(
                        given.number("lr_decay", 0),
                        given.number("initial_accumulator_value", 0),
                        given.number("eps", 1e-10));
            case "RMSprop" ->
                new UpdateRule.RmsProp(
                        given.number("alpha", 0.99),
                        given.number("eps", EPSILON),
                        given.number("momentum", 0),
                        given.flag("centered"));
            default ->
                throw new IllegalArgumentException(
                        "optimizer.algorithm: value='%s', expected=%s".formatted(algorithm, NAMES));
        };
    }

    private static UpdateRule.Adam adam(Given given) {
        return new UpdateRule.Adam(
                given.beta(0, 0.9), given.beta(1, 0.999), given.number("eps", EPSILON), given.flag("amsgrad"));
    }

    /** Parameters as given, and which were asked for. */
    private static final class Given {
        private final String algorithm;
        private final Map<String, Object> values;
        private final Set<String> known = new TreeSet<>();

        Given(String algorithm, Map<String, ?> values) {
            this.algorithm = algorithm;
            this.values = new LinkedHashMap<>(values);
        }

        double number(String name, double otherwise) {
            known.add(name);
            Object value = values.getOrDefault(name, otherwise);
            if (value instanceof Number number && number.doubleValue() >= 0 && Double.isFinite(number.doubleValue())) {
                return number.doubleValue();
            }
            throw wrong(name, value, "a number from 0 on");
        }

        boolean flag(String name) {
            known.add(name);
            Object value = values.getOrDefault(name, false);
            if (value instanceof Boolean flag) {
                return flag;
            }
            throw wrong(name, value, "true|false");
        }

        double beta(int index, double otherwise) {
            known.add("betas");
            Object value = values.get("betas");
            if (value == null) {
                return otherwise;
            }
            if (value instanceof List<?> betas && betas.size() == 2 && betas.get(index) instanceof Number beta) {
                return beta.doubleValue();
            }
            throw wrong("betas", value, "[0.9, 0.999] for example");
        }

        void refuseUnknown() {
            for (String name : values.keySet()) {
                if (!known.contains(name)) {
                    throw new IllegalArgumentException(
                            "unknown key: key='optimizer.parameters.%s', expected=%s [algorithm=%s]"
                                    .formatted(name, known, algorithm));
                }
            }
        }

        private IllegalArgumentException wrong(String name, Object value, String expected) {
            return new IllegalArgumentException("optimizer.parameters.%s: value=%s, expected %s [algorithm=%s]"
                    .formatted(name, value, expected, algorithm));
        }
    }
}
