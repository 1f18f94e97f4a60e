package dev.facet.trainer.config;

import static dev.facet.trainer.config.ConfigurationChecks.bad;
import static dev.facet.trainer.config.ConfigurationChecks.oneOf;

import dev.facet.core.network.Architecture;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import java.util.List;
import java.util.Locale;
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
        if (!Architecture.OUTPUT_STRIDES.contains(p.outputStride())) {
            throw bad("model.parameters.output_stride", p.outputStride(), "8|16|32");
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
        if (model.from().isPresent() != (model.start() == ModelSettings.Start.PACK)) {
            throw new IllegalArgumentException("contradiction: model.start=%s, model.from=%s, expected both or none of"
                            .formatted(
                                    model.start().name().toLowerCase(Locale.ROOT),
                                    model.from().orElse("none"))
                    + " model.start=pack and model.from=FILE");
        }
        if (model.start() == ModelSettings.Start.NOTHING) {
            if (model.modulatedFrom() != Stage.CONV1) {
                throw new IllegalArgumentException(
                        "bad value: key='model.modulated_from', value=%s, expected conv1 where nothing is pre-trained: earlier stages"
                                        .formatted(model.modulatedFrom().id())
                                + " would stay random [model.start=nothing, or pretrained_architecture=null]");
            }
            if (model.effectiveModulation() == Modulation.NORM) {
                throw new IllegalArgumentException(
                        "contradiction: model.start=nothing, model.modulation=norm, expected another start: shortcuts would stay random");
            }
        }
        if (p.pretrainedArchitecture().isEmpty()) {
            return;
        }
        String source = p.pretrainedArchitecture().get();
        if (model.start() == ModelSettings.Start.RANDOM || model.start() == ModelSettings.Start.NOTHING) {
            throw new IllegalArgumentException("contradiction: model.start=%s, %s=%s, expected one of them"
                    .formatted(model.start().name().toLowerCase(Locale.ROOT), key, source));
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
