package dev.facet.core.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArchitectureTest {
    @ParameterizedTest
    @EnumSource
    void theOutputStrideChangesNoNamesAndNoShapes(Architecture architecture) {
        for (int stride : new int[] {8, 16, 32}) {
            List<Convolution> all = new ArrayList<>(architecture.convolutions(stride));
            all.addAll(architecture.shortcuts(stride));
            assertThat(architecture.convolutionsAndShortcuts().stream().map(ArchitectureTest::withoutGeometry))
                    .containsExactlyElementsOf(
                            all.stream().map(ArchitectureTest::withoutGeometry).toList());
        }
    }

    private static Convolution withoutGeometry(Convolution conv) {
        return new Convolution(
                conv.name(), conv.norm(), conv.stage(), conv.inChannels(), conv.outChannels(), conv.kernel(), 1, 1, 0);
    }
}
