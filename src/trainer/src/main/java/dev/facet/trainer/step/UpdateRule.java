package dev.facet.trainer.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;

/**
 * How a parameter p moves along a direction d = gradient + decay, as PyTorch's optimizers of these names do (torch.optim 2.7). All
 * updates are in place; t counts a parameter's steps from 1 on.
 */
public sealed interface UpdateRule {
    /** The name in configurations. */
    String id();

    /** Moves {@code parameter}; {@code direction} may be overwritten. */
    void update(NDArray parameter, NDArray direction, ParameterState state, double rate);

    /** Whether decay moves a parameter by itself, and not as a part of the direction. */
    default boolean decouplesDecay() {
        return false;
    }

    /**
     * Stochastic gradient descent: buf ← d at first, then momentum·buf + (1 − dampening)·d; p ← p − rate·buf (nesterov: d +
     * momentum·buf).
     */
    record Sgd(double momentum, double dampening, boolean nesterov) implements UpdateRule {
        public Sgd {
            Range.check("momentum", momentum, 0, 1);
            Range.check("dampening", dampening, 0, 1);
            if (nesterov && (momentum == 0 || dampening != 0)) {
                throw new IllegalArgumentException(
                        "nesterov: value=true, expected a momentum and no dampening: momentum=%s, dampening=%s"
                                .formatted(momentum, dampening));
            }
        }

        /** The reference's: neither dampening nor nesterov. */
        public static Sgd withMomentum(double momentum) {
            return new Sgd(momentum, 0, false);
        }

        @Override
        public String id() {
            return "SGD";
        }

        @Override
        public void update(NDArray parameter, NDArray direction, ParameterState state, double rate) {
            NDArray move = direction;
            if (momentum != 0) {
                double damped = state.step() == 1 ? 1 : 1 - dampening;
                NDArray buffer = state.buffer("momentum");
                buffer.muli(momentum).addi(damped == 1 ? direction : direction.mul(damped));
                move = nesterov ? direction.add(buffer.mul(momentum)) : buffer;
            }
            parameter.subi(move.mul(rate));
        }
    }

    /** Adam (ICLR 2015); amsgrad (ICLR 2018) divides by the largest second moment so far. */
    record Adam(double beta1, double beta2, double epsilon, boolean amsgrad) implements UpdateRule {
        public Adam {
            Range.check("betas", beta1, 0, 1);
            Range.check("betas", beta2, 0, 1);
        }

        @Override
        public String id() {
            return "Adam";
        }

        @Override
        public void update(NDArray parameter, NDArray direction, ParameterState state, double rate) {
            NDArray first = state.buffer("first").muli(beta1).addi(direction.mul(1 - beta1));
            NDArray second =
                    state.buffer("second").muli(beta2).addi(direction.square().mul(1 - beta2));
            if (amsgrad) {
                NDArray largest = state.buffer("largest");
                largest.addi(NDArrays.maximum(second, largest).sub(largest));
                second = largest;
            }
            double correction1 = 1 - Math.pow(beta1, state.step());
            double correction2 = Math.sqrt(1 - Math.pow(beta2, state.step()));
            NDArray scale = second.sqrt().div(correction2).add(epsilon);
            parameter.subi(first.mul(rate / correction1).div(scale));
        }
    }

    /** Adam whose decay doesn't go through the moments (Loshchilov and Hutter, ICLR 2019). */
    record AdamW(Adam adam) implements UpdateRule {
        @Override
        public String id() {
            return "AdamW";
        }

        @Override
        public boolean decouplesDecay() {
            return true;
        }

        @Override
        public void update(NDArray parameter, NDArray direction, ParameterState state, double rate) {
            adam.update(parameter, direction, state, rate);
        }
    }

    /** Adam with the maximum norm (ICLR 2015, section 7.1): u ← max(β₂·u, |d| + ε). */
    record Adamax(double beta1, double beta2, double epsilon) implements UpdateRule {
        public Adamax {
            Range.check("betas", beta1, 0, 1);
            Range.check("betas", beta2, 0, 1);
        }

        @Override
        public String id() {
            return "Adamax";
        }

        @Override
        public void update(NDArray parameter, NDArray direction, ParameterState state, double rate) {
            NDArray first = state.buffer("first").muli(beta1).addi(direction.mul(1 - beta1));
            NDArray largest = state.buffer("largest").muli(beta2);
            largest.addi(NDArrays.maximum(largest, direction.abs().add(epsilon)).sub(largest));
            parameter.subi(first.mul(rate / (1 - Math.pow(beta1, state.step()))).div(largest));
        }
    }

    /**
     * Averaged stochastic gradient descent (Polyak and Juditsky, 1992): p ← (1 − λ·η)·p − η·d, η = rate/(1 + λ·rate·t)^α of the
     * step before. The average itself isn't kept: it does not move p.
     */
    record Asgd(double lambda, double alpha) implements UpdateRule {
        static final String ETA = "eta";

        @Override
        public String id() {
            return "ASGD";
        }

        @Override
        public void update(NDArray parameter, NDArray direction, ParameterState state, double rate) {
            double eta = state.step() == 1 ? rate : state.scalar(ETA);
            parameter.muli(1 - lambda * eta).subi(direction.mul(eta));
            state.scalar(ETA, rate / Math.pow(1 + lambda * rate * state.step(), alpha));
        }
    }

    /** Adadelta (Zeiler, 2012). */
    record Adadelta(double rho, double epsilon) implements UpdateRule {
        public Adadelta {
            Range.check("rho", rho, 0, 1);
        }

        @Override
        public String id() {
            return "Adadelta";
        }

        @Override
        public void update(NDArray parameter, NDArray direction, ParameterState state, double rate) {
            NDArray squares =
                    state.buffer("squares").muli(rho).addi(direction.square().mul(1 - rho));
            NDArray moves = state.buffer("moves");
            NDArray move =
                    moves.add(epsilon).sqrt().div(squares.add(epsilon).sqrt()).mul(direction);
            moves.muli(rho).addi(move.square().mul(1 - rho));
            parameter.subi(move.mul(rate));
        }
    }

    /** Adagrad (JMLR 12, 2011). */
    record Adagrad(double rateDecay, double initialSum, double epsilon) implements UpdateRule {
        @Override
        public String id() {
            return "Adagrad";
        }

        @Override
        public void update(NDArray parameter, NDArray direction, ParameterState state, double rate) {
            NDArray sum = state.buffer("sum");
            if (state.step() == 1) {
                sum.addi(initialSum);
            }
            sum.addi(direction.square());
            double decayed = rate / (1 + (state.step() - 1) * rateDecay);
            parameter.subi(direction.mul(decayed).div(sum.sqrt().add(epsilon)));
        }
    }

    /** RMSprop (Hinton, 2012); centred (Graves, 2013) divides by the deviation. */
    record RmsProp(double alpha, double epsilon, double momentum, boolean centered) implements UpdateRule {
        public RmsProp {
            Range.check("alpha", alpha, 0, 1);
            Range.check("momentum", momentum, 0, 1);
        }

        @Override
        public String id() {
            return "RMSprop";
        }

        @Override
        public void update(NDArray parameter, NDArray direction, ParameterState state, double rate) {
            NDArray squares =
                    state.buffer("squares").muli(alpha).addi(direction.square().mul(1 - alpha));
            NDArray variance = squares;
            if (centered) {
                NDArray mean = state.buffer("mean").muli(alpha).addi(direction.mul(1 - alpha));
                variance = squares.sub(mean.square());
            }
            NDArray move = direction.div(variance.sqrt().add(epsilon));
            if (momentum > 0) {
                move = state.buffer("momentum").muli(momentum).addi(move);
            }
            parameter.subi(move.mul(rate));
        }
    }
}
