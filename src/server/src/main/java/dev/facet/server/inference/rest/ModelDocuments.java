package dev.facet.server.inference.rest;

import dev.facet.server.inference.ModelDescription;
import dev.facet.server.inference.ModelState;
import dev.facet.server.inference.TensorKind;
import dev.facet.server.metrics.ModelStatistics.Statistics;
import dev.facet.server.metrics.ModelStatistics.Total;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the protocol's documents have in them. */
final class ModelDocuments {
    private ModelDocuments() {}

    static Map<String, Object> metadata(ModelDescription model) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", model.name().toString());
        document.put("versions", model.versions());
        document.put("platform", ModelDescription.PLATFORM);
        document.put("inputs", List.of(tensor(model.input())));
        document.put("outputs", List.of(tensor(model.output())));
        document.put("properties", model.properties());
        return document;
    }

    private static Map<String, Object> tensor(TensorKind tensor) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", tensor.name());
        document.put("datatype", tensor.datatype());
        document.put("shape", tensor.shape());
        return document;
    }

    /** @param maxBatch images in the batch of a tensor */
    static Map<String, Object> configuration(ModelDescription model, int maxBatch) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", model.name().toString());
        document.put("platform", ModelDescription.PLATFORM);
        document.put("backend", ModelDescription.BACKEND);
        document.put("version_policy", Map.of("all", Map.of()));
        document.put("max_batch_size", model.maxBatchSize(maxBatch));
        Map<String, Object> input = new LinkedHashMap<>();
        input.put("name", model.input().name());
        input.put("data_type", model.input().configuredType());
        input.put("format", "FORMAT_NONE");
        input.put("dims", model.configuredDims(model.input()));
        document.put("input", List.of(input));
        Map<String, Object> output = new LinkedHashMap<>();
        output.put("name", model.output().name());
        output.put("data_type", model.output().configuredType());
        output.put("dims", model.configuredDims(model.output()));
        output.put("label_filename", "");
        document.put("output", List.of(output));
        Map<String, Object> parameters = new LinkedHashMap<>();
        model.properties().forEach((name, value) -> parameters.put(name, Map.of("string_value", value)));
        document.put("parameters", parameters);
        return document;
    }

    static Map<String, Object> state(ModelState state) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", state.name());
        document.put("version", state.version());
        document.put("state", state.state());
        document.put("reason", state.reason());
        return document;
    }

    static Map<String, Object> statistics(String name, String version, Statistics statistics) {
        Map<String, Object> inference = new LinkedHashMap<>();
        inference.put("success", total(statistics.success()));
        inference.put("fail", total(statistics.fail()));
        inference.put("queue", total(statistics.queue()));
        inference.put("compute_input", total(statistics.input()));
        inference.put("compute_infer", total(statistics.infer()));
        inference.put("compute_output", total(statistics.output()));
        inference.put("cache_hit", total(Total.NONE));
        inference.put("cache_miss", total(Total.NONE));
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", name);
        document.put("version", version);
        document.put("last_inference", statistics.lastMillis());
        document.put("inference_count", statistics.images());
        document.put("execution_count", statistics.images());
        document.put("inference_stats", inference);
        document.put("batch_stats", statistics.images() == 0 ? List.of() : List.of(batch(statistics)));
        return document;
    }

    private static Map<String, Object> batch(Statistics statistics) {
        Map<String, Object> batch = new LinkedHashMap<>();
        batch.put("batch_size", 1);
        batch.put("compute_input", total(statistics.perImage(statistics.input())));
        batch.put("compute_infer", total(statistics.perImage(statistics.infer())));
        batch.put("compute_output", total(statistics.perImage(statistics.output())));
        return batch;
    }

    private static Map<String, Object> total(Total total) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("count", total.count());
        document.put("ns", total.nanos());
        return document;
    }
}
