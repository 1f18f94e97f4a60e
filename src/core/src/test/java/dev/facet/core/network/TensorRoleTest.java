package dev.facet.core.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TensorRoleTest {
    @ParameterizedTest
    @CsvSource({
        "conv1, FILTERS",
        "conv1.weight, FILTERS",
        "layer1.0.conv2, FILTERS",
        "layer3.5.conv1.weight, FILTERS",
        "conv1.modulator, MODULATOR",
        "init.layer2.0.conv1.modulator, MODULATOR",
        "layer2.0.conv1.modulator.v, MODULATOR",
        "layer2.0.conv1.modulator.g, MODULATOR",
        "layer4.1.conv2.adapter, ADAPTER",
        "layer4.1.conv2.adapter_norm.weight, NORM",
        "layer4.1.conv2.adapter_norm.running_var, STATISTIC",
        "layer2.0.downsample.0.weight, SHORTCUT",
        "init.layer2.0.downsample.0.weight, SHORTCUT",
        "layer2.0.downsample.1.bias, NORM",
        "layer2.0.downsample.1.running_mean, STATISTIC",
        "bn1.weight, NORM",
        "init.bn1.running_mean, STATISTIC",
        "layer1.0.bn2.bias, NORM",
        "decoder.aspp.1.depthwise.weight, DECODER",
        "decoder.low.conv.weight, DECODER",
        "decoder.low.norm.weight, DECODER",
        "decoder.low.norm.running_var, DECODER_STATISTIC",
        "decoder.predict.bias, DECODER"
    })
    void isToldFromTheName(String name, TensorRole role) {
        assertThat(TensorRole.of(name)).isEqualTo(role);
        assertThat(role.isDecoder()).isEqualTo(name.startsWith("decoder."));
        assertThat(role.isStatistic()).isEqualTo(name.contains(".running_"));
    }

    @ParameterizedTest
    @EnumSource
    void everyNameOfEveryLayoutHasTheRoleOfItsPlaceInTheNetwork(Architecture architecture) {
        Map<String, TensorRole> expected = new HashMap<>();
        for (Convolution conv : architecture.convolutions()) {
            expected.put(conv.name(), TensorRole.FILTERS);
            expected.put(conv.name() + ".weight", TensorRole.FILTERS);
            expected.put(conv.name() + ".modulator", TensorRole.MODULATOR);
            expected.put(conv.name() + ".adapter", TensorRole.ADAPTER);
            putNorm(expected, conv.name() + ".adapter_norm");
        }
        architecture.shortcuts().forEach(conv -> expected.put(conv.name() + ".weight", TensorRole.SHORTCUT));
        architecture.convolutionsAndShortcuts().forEach(conv -> putNorm(expected, conv.norm()));

        List<Set<String>> layouts = new ArrayList<>();
        layouts.add(TensorLayout.bank(architecture, Map.of(), true).keySet());
        for (Modulation modulation : Modulation.values()) {
            layouts.add(TensorLayout.encoder(architecture, modulation, Stage.CONV1, Map.of())
                    .keySet());
        }
        for (Set<String> layout : layouts) {
            assertThat(layout)
                    .allSatisfy(name -> assertThat(TensorRole.of(name))
                            .as(name)
                            .isEqualTo(expected.get(name.replaceFirst("^init\\.", ""))));
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyNameOfADecoderIsTheDecoders(Decoder.Kind kind) {
        assertThat(TensorLayout.decoder(new Decoder(kind, 8, 4, List.of(6, 12, 18)), 2)
                        .keySet())
                .allSatisfy(name -> assertThat(TensorRole.of(name))
                        .as(name)
                        .isEqualTo(name.contains(".running_") ? TensorRole.DECODER_STATISTIC : TensorRole.DECODER));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "p", "fc.weight", "layer1.0.conv1.bias", "layer1.0.conv1.modulators", "decoder.", "bn1"})
    void refusesNamesThatNoLayoutHas(String name) {
        assertThatThrownBy(() -> TensorRole.of(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name='" + name + "'");
    }

    private static void putNorm(Map<String, TensorRole> roles, String norm) {
        for (String part : TensorLayout.NORM_PARTS) {
            roles.put(norm + "." + part, part.startsWith("running_") ? TensorRole.STATISTIC : TensorRole.NORM);
        }
    }
}
