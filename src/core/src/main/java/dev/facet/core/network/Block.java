package dev.facet.core.network;

import java.util.Optional;

/**
 * A basic block: conv1 → norm → ReLU → conv2 → norm → (+ shortcut) → ReLU (He et al., CVPR 2016).
 *
 * @param name for example {@code layer2.0}
 * @param stage stage that it belongs to
 * @param conv1 first 3×3 convolution
 * @param conv2 second 3×3 convolution
 * @param shortcut the private 1×1 convolution of the shortcut; empty where the shortcut is the identity
 */
public record Block(String name, Stage stage, Convolution conv1, Convolution conv2, Optional<Convolution> shortcut) {}
