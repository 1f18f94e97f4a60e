package dev.facet.trainer.config;

import static dev.facet.trainer.config.ConfigurationChecks.bad;
import static dev.facet.trainer.config.ConfigurationChecks.oneOf;

import dev.facet.core.network.Architecture;
import dev.facet.core.network.Modulation;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where weights can come from, by layer type: the rules of the reference. */
final class ModelChecks {
    private static final Map<String, List<String>> SOURCES = Map.of(
            "RCM", List.of("RC_RI", "RC"),
            "Conv", List.of("Conv"),
            "RA_series", List.of("RA_series"),
            "RA_parallel", List.of("RA_parallel"));
    private static final List<String> LAYERS = List.of("RCM", "Conv", "RA_series", "RA_parallel");
    private static final Set<String> ONLY_RESNET18 = Set.of("RC", "RA_series", "RA_parallel");

    private ModelChecks() {}

    static void check(ModelSettings model) {
        ModelSettings.Parameters p = model.parameters();
        oneOf("model.parameters.pyramid_pooling", p.pyramidPooling(), List.of("atrous-v3"));
        if (p.outputStride() != 8 && p.outputStride() != 16) {
            throw bad("model.parameters.output_stride", p.outputStride(), "8|16");
        }
        p.convLayer().ifPresent(layer -> oneOf("model.parameters.conv_layer", layer, LAYERS));
        checkModulation(model, p);
        checkSource(model, p);
        try {
            p.decoder().toDecoder();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("bad value: key='model.parameters.decoder', " + e.getMessage(), e);
        }
    }

    private static void checkModulation(ModelSettings model, ModelSettings.Parameters p) {
        Modulation modulation = model.effectiveModulation();
        p.convLayer().flatMap(ModelSettings::modulationOf).ifPresent(layer -> {
            if (layer != modulation) {
                throw new IllegalArgumentException(
                        "contradiction: model.modulation=%s, model.parameters.conv_layer=%s, expected one of them"
                                .formatted(modulation.id(), p.convLayer().get()));
            }
        });
        if (p.fusion() && modulation != Modulation.RC) {
            throw new IllegalArgumentException(
                    "bad value: key='model.parameters.NFF', value=true, expected false where %s, not RCM, is the layer"
                            .formatted(p.convLayer().orElse(modulation.id())));
        }
    }

    private static void checkSource(ModelSettings model, ModelSettings.Parameters p) {
        String key = "model.parameters.pretrained_architecture";
        if (p.pretrainedArchitecture().isEmpty()) {
            return;
        }
        String source = p.pretrainedArchitecture().get();
        if (model.start() == ModelSettings.Start.RANDOM) {
            throw new IllegalArgumentException(
                    "contradiction: model.start=random, %s=%s, expected one of them".formatted(key, source));
        }
        oneOf(key, source, List.of("RC_RI", "RC", "Conv", "RA_series", "RA_parallel"));
        String layer = p.convLayer().orElse("RCM");
        if (!SOURCES.get(layer).contains(source)) {
            throw new IllegalArgumentException("bad value: key='%s', value='%s', expected=%s|null with conv_layer=%s"
                    .formatted(key, source, String.join("|", SOURCES.get(layer)), layer));
        }
        if (ONLY_RESNET18.contains(source) && model.architecture() != Architecture.RESNET18) {
            throw new IllegalArgumentException(
                    "bad value: key='%s', value='%s', expected another one with architecture=%s: it is a resnet18"
                            .formatted(key, source, model.architecture().id()));
        }
    }
}
