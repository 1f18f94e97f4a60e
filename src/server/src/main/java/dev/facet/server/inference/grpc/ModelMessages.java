package dev.facet.server.inference.grpc;

import dev.facet.protocol.inference.DataType;
import dev.facet.protocol.inference.InferBatchStatistics;
import dev.facet.protocol.inference.InferStatistics;
import dev.facet.protocol.inference.ModelConfig;
import dev.facet.protocol.inference.ModelInput;
import dev.facet.protocol.inference.ModelMetadataResponse;
import dev.facet.protocol.inference.ModelMetadataResponse.TensorMetadata;
import dev.facet.protocol.inference.ModelOutput;
import dev.facet.protocol.inference.ModelParameter;
import dev.facet.protocol.inference.ModelStatistics;
import dev.facet.protocol.inference.ModelVersionPolicy;
import dev.facet.protocol.inference.RepositoryIndexResponse.ModelIndex;
import dev.facet.protocol.inference.StatisticDuration;
import dev.facet.server.inference.ModelDescription;
import dev.facet.server.inference.ModelState;
import dev.facet.server.inference.TensorKind;
import dev.facet.server.metrics.ModelStatistics.Statistics;
import dev.facet.server.metrics.ModelStatistics.Total;

/** What the protocol's messages about models have in them. */
final class ModelMessages {
    private ModelMessages() {}

    static ModelMetadataResponse metadata(ModelDescription model) {
        return ModelMetadataResponse.newBuilder()
                .setName(model.name().toString())
                .addAllVersions(model.versions())
                .setPlatform(ModelDescription.PLATFORM)
                .addInputs(tensor(model.input()))
                .addOutputs(tensor(model.output()))
                .build();
    }

    private static TensorMetadata tensor(TensorKind tensor) {
        return TensorMetadata.newBuilder()
                .setName(tensor.name())
                .setDatatype(tensor.datatype())
                .addAllShape(tensor.shape())
                .build();
    }

    /** @param maxBatch images in the batch of a tensor */
    static ModelConfig configuration(ModelDescription model, int maxBatch) {
        ModelConfig.Builder config = ModelConfig.newBuilder()
                .setName(model.name().toString())
                .setPlatform(ModelDescription.PLATFORM)
                .setBackend(ModelDescription.BACKEND)
                .setVersionPolicy(ModelVersionPolicy.newBuilder().setAll(ModelVersionPolicy.All.getDefaultInstance()))
                .setMaxBatchSize(model.maxBatchSize(maxBatch))
                .addInput(ModelInput.newBuilder()
                        .setName(model.input().name())
                        .setDataType(DataType.valueOf(model.input().configuredType()))
                        .addAllDims(model.configuredDims(model.input())))
                .addOutput(ModelOutput.newBuilder()
                        .setName(model.output().name())
                        .setDataType(DataType.valueOf(model.output().configuredType()))
                        .addAllDims(model.configuredDims(model.output())));
        model.properties()
                .forEach((name, value) -> config.putParameters(
                        name, ModelParameter.newBuilder().setStringValue(value).build()));
        return config.build();
    }

    static ModelIndex state(ModelState state) {
        return ModelIndex.newBuilder()
                .setName(state.name())
                .setVersion(state.version())
                .setState(state.state())
                .setReason(state.reason())
                .build();
    }

    static ModelStatistics statistics(String name, String version, Statistics statistics) {
        ModelStatistics.Builder message = ModelStatistics.newBuilder()
                .setName(name)
                .setVersion(version)
                .setLastInference(statistics.lastMillis())
                .setInferenceCount(statistics.images())
                .setExecutionCount(statistics.images())
                .setInferenceStats(InferStatistics.newBuilder()
                        .setSuccess(total(statistics.success()))
                        .setFail(total(statistics.fail()))
                        .setQueue(total(statistics.queue()))
                        .setComputeInput(total(statistics.input()))
                        .setComputeInfer(total(statistics.infer()))
                        .setComputeOutput(total(statistics.output()))
                        .setCacheHit(total(Total.NONE))
                        .setCacheMiss(total(Total.NONE)));
        if (statistics.images() > 0) {
            message.addBatchStats(InferBatchStatistics.newBuilder()
                    .setBatchSize(1)
                    .setComputeInput(total(statistics.perImage(statistics.input())))
                    .setComputeInfer(total(statistics.perImage(statistics.infer())))
                    .setComputeOutput(total(statistics.perImage(statistics.output()))));
        }
        return message.build();
    }

    private static StatisticDuration total(Total total) {
        return StatisticDuration.newBuilder()
                .setCount(total.count())
                .setNs(total.nanos())
                .build();
    }
}
