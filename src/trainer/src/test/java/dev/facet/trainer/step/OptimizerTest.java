package dev.facet.trainer.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.facet.core.tensor.Tensor;
import dev.facet.trainer.engine.Ops;
import dev.facet.trainer.engine.TorchEngine;
import dev.facet.trainer.network.ParameterRole;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the update rules of torch.optim written out for one number, loss = p³, in double precision. */
class OptimizerTest {
    private static final double[] RATES = {0.1, 0.1, 0.05, 0.02};
    private static final double[] STARTS = {1.2, -0.7};
    private static final double DECAY = 0.03;

    /** One number's move. */
    private interface ByHand {
        double move(double p, double d, int step, double rate, Map<String, Double> state);
    }

    @Test
    void gradientDescentIsPyTorchs() {
        compare(UpdateRule.Sgd.withMomentum(0), (p, d, t, rate, s) -> p - rate * d);
        compare(UpdateRule.Sgd.withMomentum(0.9), (p, d, t, rate, s) -> {
            s.merge("buf", d, (buf, x) -> 0.9 * buf + x);
            return p - rate * s.get("buf");
        });
        compare(new UpdateRule.Sgd(0.9, 0.2, false), (p, d, t, rate, s) -> {
            s.merge("buf", d, (buf, x) -> 0.9 * buf + 0.8 * x);
            return p - rate * s.get("buf");
        });
        compare(new UpdateRule.Sgd(0.9, 0, true), (p, d, t, rate, s) -> {
            s.merge("buf", d, (buf, x) -> 0.9 * buf + x);
            return p - rate * (d + 0.9 * s.get("buf"));
        });
    }

    @Test
    void adamsArePyTorchs() {
        for (boolean amsgrad : new boolean[] {false, true}) {
            compare(new UpdateRule.Adam(0.8, 0.9, 1e-3, amsgrad), (p, d, t, rate, s) -> {
                double m = 0.8 * s.getOrDefault("m", 0.0) + 0.2 * d;
                double v = 0.9 * s.getOrDefault("v", 0.0) + 0.1 * d * d;
                s.put("m", m);
                s.put("v", v);
                s.merge("max", v, Math::max);
                double second = amsgrad ? s.get("max") : v;
                double denominator = Math.sqrt(second) / Math.sqrt(1 - Math.pow(0.9, t)) + 1e-3;
                return p - rate / (1 - Math.pow(0.8, t)) * m / denominator;
            });
        }
        // Decay goes past the moments: p is what decay left of it.
        compare(new UpdateRule.AdamW(new UpdateRule.Adam(0.8, 0.9, 1e-3, false)), (p, d, t, rate, s) -> {
            double gradient = d - DECAY * p;
            double m = 0.8 * s.getOrDefault("m", 0.0) + 0.2 * gradient;
            double v = 0.9 * s.getOrDefault("v", 0.0) + 0.1 * gradient * gradient;
            s.put("m", m);
            s.put("v", v);
            double denominator = Math.sqrt(v) / Math.sqrt(1 - Math.pow(0.9, t)) + 1e-3;
            return p * (1 - rate * DECAY) - rate / (1 - Math.pow(0.8, t)) * m / denominator;
        });
        compare(new UpdateRule.Adamax(0.8, 0.9, 1e-3), (p, d, t, rate, s) -> {
            double m = 0.8 * s.getOrDefault("m", 0.0) + 0.2 * d;
            double u = Math.max(0.9 * s.getOrDefault("u", 0.0), Math.abs(d) + 1e-3);
            s.put("m", m);
            s.put("u", u);
            return p - rate / (1 - Math.pow(0.8, t)) * m / u;
        });
    }

    @Test
    void adaptiveRulesArePyTorchs() {
        compare(new UpdateRule.Adadelta(0.9, 1e-3), (p, d, t, rate, s) -> {
            double square = 0.9 * s.getOrDefault("sq", 0.0) + 0.1 * d * d;
            double delta = Math.sqrt(s.getOrDefault("acc", 0.0) + 1e-3) / Math.sqrt(square + 1e-3) * d;
            s.put("sq", square);
            s.put("acc", 0.9 * s.getOrDefault("acc", 0.0) + 0.1 * delta * delta);
            return p - rate * delta;
        });
        compare(new UpdateRule.Adagrad(0.5, 0.1, 1e-3), (p, d, t, rate, s) -> {
            double sum = s.getOrDefault("sum", 0.1) + d * d;
            s.put("sum", sum);
            return p - rate / (1 + (t - 1) * 0.5) * d / (Math.sqrt(sum) + 1e-3);
        });
        for (boolean centered : new boolean[] {false, true}) {
            for (double momentum : new double[] {0, 0.9}) {
                compare(new UpdateRule.RmsProp(0.9, 1e-3, momentum, centered), (p, d, t, rate, s) -> {
                    double square = 0.9 * s.getOrDefault("sq", 0.0) + 0.1 * d * d;
                    double mean = 0.9 * s.getOrDefault("mean", 0.0) + 0.1 * d;
                    s.put("sq", square);
                    s.put("mean", mean);
                    double average = Math.sqrt(square - (centered ? mean * mean : 0)) + 1e-3;
                    double buf = momentum * s.getOrDefault("buf", 0.0) + d / average;
                    s.put("buf", buf);
                    return p - rate * buf;
                });
            }
        }
    }

    @Test
    void averagedDescentIsPyTorchs() {
        compare(new UpdateRule.Asgd(0.2, 0.75), (p, d, t, rate, s) -> {
            double eta = s.getOrDefault("eta", rate);
            s.put("eta", rate / Math.pow(1 + 0.2 * rate * t, 0.75));
            return p * (1 - 0.2 * eta) - eta * d;
        });
    }

    @ParameterizedTest
    @CsvSource({
        "layer1.0.conv1.modulator.v, MODULATORS",
        "layer1.0.conv1.modulator, MODULATORS",
        "layer1.0.conv1.modulator.g, GAINS",
        "layer4.1.conv2.adapter, ADAPTERS",
        "conv1.weight, FILTERS",
        "layer2.0.downsample.0.weight, SHORTCUTS",
        "layer2.0.downsample.1.bias, NORMS",
        "layer2.0.conv1.adapter_norm.weight, NORMS",
        "decoder.low.norm.weight, DECODER",
        "decoder.predict.bias, DECODER"
    })
    void aRoleHasARateADecayAndAnAnchorOfItsOwn(String name, ParameterRole role) {
        var own = new OptimizerSettings.Role(0.1, OptionalDouble.of(0.25), true);
        OptimizerSettings settings =
                new OptimizerSettings(UpdateRule.Sgd.withMomentum(0), 0.5, OptionalDouble.empty(), Map.of(role, own));
        String other = role == ParameterRole.NORMS ? "layer3.0.conv1.modulator" : "layer3.0.bn1.weight";
        try (NDManager manager = TorchEngine.newManager()) {
            NDArray first = parameter(manager, 2);
            NDArray second = parameter(manager, 2);
            Optimizer optimizer = new Optimizer(manager, settings, Map.of(name, first, other, second));
            double m = 2;
            double n = 2;
            for (int i = 0; i < 3; i++) {
                descend(first, second);
                optimizer.step(0.1);
                m -= 0.01 * (2 * m + 0.25 * (m - 2));
                n -= 0.1 * (2 * n + 0.5 * n);
            }
            assertThat(first.getDouble()).isCloseTo(m, within(1e-12));
            assertThat(second.getDouble()).isCloseTo(n, within(1e-12));
        }
    }

    @Test
    void aRoleWithoutARateStaysToTheBit() {
        OptimizerSettings settings = new OptimizerSettings(
                UpdateRule.Sgd.withMomentum(0.9),
                0.5,
                OptionalDouble.empty(),
                Map.of(ParameterRole.SHORTCUTS, new OptimizerSettings.Role(0, OptionalDouble.of(0.5), false)));
        try (NDManager manager = TorchEngine.newManager()) {
            NDArray shortcut = parameter(manager, 2);
            NDArray norm = parameter(manager, 2);
            Optimizer optimizer = new Optimizer(
                    manager, settings, Map.of("layer2.0.downsample.0.weight", shortcut, "bn1.weight", norm));
            descend(shortcut, norm);
            optimizer.step(0.1);
            optimizer.coast(0.1);
            assertThat(shortcut.getDouble()).isEqualTo(2);
            assertThat(norm.getDouble()).isLessThan(2);
            assertThat(optimizer.snapshot().keySet()).noneMatch(name -> name.contains("downsample"));
        }
    }

    /** The rule of torch.optim.AdamW worked out apart from this code: p = 1, loss = p², lr 0.1, weight_decay 0.1, three steps. */
    @Test
    void decoupledDecayIsPyTorchs() {
        OptimizerSettings settings = OptimizerSettings.of(UpdateRules.of("AdamW", Map.of()), 0.1);
        try (NDManager manager = TorchEngine.newManager()) {
            NDArray p = parameter(manager, 1);
            NDArray other = parameter(manager, 1);
            Optimizer optimizer = new Optimizer(manager, settings, Map.of("bn1.weight", p, "bn1.bias", other));
            double[] expected = {0.8900000004999999, 0.7815718559365047, 0.6751012216400696};
            for (double value : expected) {
                descend(p, other);
                optimizer.step(0.1);
                assertThat(p.getDouble()).isCloseTo(value, within(1e-12));
            }
        }
    }

    private static void descend(NDArray first, NDArray second) {
        Ops.recordGradients(true);
        Ops.backward(first.square().sum().add(second.square().sum()));
        Ops.recordGradients(false);
    }

    @Test
    void rulesAreFoundByTheirNamesInPyTorch() {
        assertThat(UpdateRules.of("SGD", Map.of("momentum", 0.9))).isEqualTo(UpdateRule.Sgd.withMomentum(0.9));
        assertThat(UpdateRules.of("Adam", Map.of("betas", List.of(0.8, 0.99))))
                .isEqualTo(new UpdateRule.Adam(0.8, 0.99, 1e-8, false));
        for (String name : UpdateRules.NAMES) {
            assertThat(UpdateRules.of(name, Map.of()).id()).isEqualTo(name);
        }
        assertThatThrownBy(() -> UpdateRules.of("Lion", Map.of())).hasMessageContaining("'Lion'");
        assertThatThrownBy(() -> UpdateRules.of("SGD", Map.of("betas", 1)))
                .hasMessage("unknown key: key='optimizer.parameters.betas', expected=[dampening, momentum, nesterov]"
                        + " [algorithm=SGD]");
        assertThatThrownBy(() -> UpdateRules.of("Adam", Map.of("betas", 1))).hasMessageContaining("betas");
        assertThatThrownBy(() -> UpdateRules.of("SGD", Map.of("momentum", "much")))
                .hasMessageContaining("momentum");
    }

    private static void compare(UpdateRule rule, ByHand byHand) {
        try (NDManager manager = TorchEngine.newManager();
                NDManager second = TorchEngine.newManager()) {
            NDArray parameter = parameter(manager, STARTS);
            OptimizerSettings settings = OptimizerSettings.of(rule, DECAY);
            Optimizer optimizer = new Optimizer(manager, settings, Map.of("bn1.weight", parameter));
            double[] p = STARTS.clone();
            List<Map<String, Double>> states = List.of(new HashMap<>(), new HashMap<>());
            for (int step = 1; step <= RATES.length; step++) {
                Ops.recordGradients(true);
                Ops.backward(parameter.pow(3).sum());
                Ops.recordGradients(false);
                optimizer.step(RATES[step - 1]);
                for (int i = 0; i < p.length; i++) {
                    double direction = 3 * p[i] * p[i] + DECAY * p[i];
                    p[i] = byHand.move(p[i], direction, step, RATES[step - 1], states.get(i));
                }
                assertThat(parameter.toDoubleArray())
                        .as("%s, step %d", rule, step)
                        .containsExactly(p, within(1e-12));
                // Half of the way with a copy, so that what is remembered can be had back.
                if (step == 2) {
                    Map<String, Tensor> state = optimizer.snapshot();
                    NDArray copy = parameter(second, parameter.toDoubleArray());
                    optimizer = new Optimizer(second, settings, Map.of("bn1.weight", copy));
                    optimizer.restore(state);
                    parameter = copy;
                }
            }
        }
    }

    private static NDArray parameter(NDManager manager, double... values) {
        NDArray parameter = manager.create(values, new Shape(values.length));
        parameter.setRequiresGradient(true);
        return parameter;
    }
}
