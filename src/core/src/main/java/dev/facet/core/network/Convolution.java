package dev.facet.core.network;

/**
 * One convolution of the encoder, without bias, and the norm behind it.
 *
 * @param name name in files, for example {@code layer1.0.conv1} or {@code layer2.0.downsample.0}
 * @param norm name of the norm that follows, for example {@code layer1.0.bn1} or {@code layer2.0.downsample.1}
 * @param stage stage that it belongs to
 * @param inChannels C_in
 * @param outChannels C_out
 * @param kernel extent of the square kernel
 * @param stride stride in both directions
 * @param dilation dilation in both directions
 * @param padding zero padding on each side
 */
public record Convolution(
        String name,
        String norm,
        Stage stage,
        int inChannels,
        int outChannels,
        int kernel,
        int stride,
        int dilation,
        int padding) {}
