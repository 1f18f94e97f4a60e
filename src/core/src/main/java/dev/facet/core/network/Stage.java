package dev.facet.core.network;

import com.fasterxml.jackson.annotation.JsonValue;

/** The stages of a ResNet encoder, in order. */
public enum Stage {
    CONV1("conv1"),
    LAYER1("layer1"),
    LAYER2("layer2"),
    LAYER3("layer3"),
    LAYER4("layer4");

    private final String id;

    Stage(String id) {
        this.id = id;
    }

    /** The name in files: {@code conv1}, {@code layer1}, … */
    @JsonValue
    public String id() {
        return id;
    }

    /** The stage of that name; {@link IllegalArgumentException} for any other. */
    public static Stage of(String id) {
        for (Stage stage : values()) {
            if (stage.id.equals(id)) {
                return stage;
            }
        }
        throw new IllegalArgumentException(
                "unknown stage: value='%s', expected=conv1|layer1|layer2|layer3|layer4".formatted(id));
    }

    /** The stage that a tensor of that name belongs to ({@code bn1} belongs to conv1); no decoder tensors. */
    public static Stage ofTensor(String tensor) {
        String head = tensor.substring(0, tensor.indexOf('.') < 0 ? tensor.length() : tensor.indexOf('.'));
        return head.equals("bn1") ? CONV1 : of(head);
    }
}
