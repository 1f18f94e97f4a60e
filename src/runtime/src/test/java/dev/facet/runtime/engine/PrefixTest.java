package dev.facet.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.network.Architecture;
import dev.facet.core.network.Stage;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PrefixTest {
    @Test
    void isToldInWords() {
        assertThat(new Prefix(Architecture.RESNET18, 16, Stage.CONV1)).hasToString("none");
        assertThat(new Prefix(Architecture.RESNET18, 8, Stage.LAYER4))
                .hasToString("resnet18, output stride 8, before layer4, fp32");
        assertThat(new Prefix(Architecture.RESNET34, 16, Stage.LAYER3, Optional.of("ab")))
                .hasToString("resnet34, output stride 16, before layer3, int8");
    }

    @Test
    void isSharedByOutputStrides16And32() {
        assertThat(new Prefix(Architecture.RESNET18, 32, Stage.LAYER4))
                .isEqualTo(new Prefix(Architecture.RESNET18, 16, Stage.LAYER4))
                .isNotEqualTo(new Prefix(Architecture.RESNET18, 8, Stage.LAYER4));
    }

    @Test
    void isNotCutBehindItsEnd() {
        Prefix prefix = new Prefix(Architecture.RESNET18, 16, Stage.LAYER2);

        assertThatThrownBy(() -> prefix.cutAt(Stage.LAYER3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("prefix ends at layer2, not after it: stage=layer3");
    }
}
