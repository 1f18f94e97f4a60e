package dev.facet.trainer.network;

import ai.djl.ndarray.NDArray;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;

/** Response initialization of a small convolution, in double precision (ECCV 2020, section 3.2). */
final class Responses {
    private static final int SWEEPS = 30;

    private Responses() {}

    /** Eigenvectors of the centred covariance of responses [N, C, H, W], in columns: [C, C, 1, 1]. */
    static Tensor basis(NDArray response) {
        int images = (int) response.getShape().get(0);
        int channels = (int) response.getShape().get(1);
        int area = (int) (response.getShape().get(2) * response.getShape().get(3));
        double[] y = response.toDoubleArray();
        double[] mean = new double[channels];
        for (int i = 0; i < y.length; i++) {
            mean[i / area % channels] += y[i] / (images * area);
        }
        double[][] covariance = new double[channels][channels];
        for (int image = 0; image < images; image++) {
            for (int p = 0; p < area; p++) {
                for (int a = 0; a < channels; a++) {
                    for (int b = 0; b < channels; b++) {
                        covariance[a][b] += (y[(image * channels + a) * area + p] - mean[a])
                                * (y[(image * channels + b) * area + p] - mean[b]);
                    }
                }
            }
        }
        return Tensor.ofDoubles(new Shape(channels, channels, 1, 1), eigenvectors(covariance));
    }

    /** Uᵀ·W. */
    static Tensor rotated(Tensor filters, Tensor basis) {
        int channels = basis.shape().intExtent(0);
        double[] w = filters.toDoubleArray();
        double[] u = basis.toDoubleArray();
        int columns = w.length / channels;
        double[] product = new double[w.length];
        for (int i = 0; i < channels; i++) {
            for (int k = 0; k < channels; k++) {
                for (int j = 0; j < columns; j++) {
                    product[i * columns + j] += u[k * channels + i] * w[k * columns + j];
                }
            }
        }
        return Tensor.ofDoubles(filters.shape(), product);
    }

    /** Jacobi's rotations; destroys {@code a}. */
    private static double[] eigenvectors(double[][] a) {
        int n = a.length;
        double[] v = new double[n * n];
        for (int i = 0; i < n; i++) {
            v[i * n + i] = 1;
        }
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            for (int p = 0; p < n; p++) {
                for (int q = p + 1; q < n; q++) {
                    if (a[p][q] == 0) {
                        continue;
                    }
                    double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
                    double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
                    double c = 1 / Math.sqrt(t * t + 1);
                    double s = t * c;
                    for (int k = 0; k < n; k++) {
                        double kp = a[k][p];
                        double kq = a[k][q];
                        a[k][p] = c * kp - s * kq;
                        a[k][q] = s * kp + c * kq;
                    }
                    for (int k = 0; k < n; k++) {
                        double pk = a[p][k];
                        double qk = a[q][k];
                        a[p][k] = c * pk - s * qk;
                        a[q][k] = s * pk + c * qk;
                        double vp = v[k * n + p];
                        double vq = v[k * n + q];
                        v[k * n + p] = c * vp - s * vq;
                        v[k * n + q] = s * vp + c * vq;
                    }
                }
            }
        }
        return v;
    }
}
