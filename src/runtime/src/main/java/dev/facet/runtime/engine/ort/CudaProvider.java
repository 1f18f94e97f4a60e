package dev.facet.runtime.engine.ort;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import dev.facet.runtime.engine.EngineOptions;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How ONNX Runtime's CUDA provider is set: for the same bits each time, in full precision, with memory that grows no further than a
 * run needs. Defaults that a decision rests on are set too. Why each: docs/adr/0014-cuda.md.
 */
final class CudaProvider {
    private CudaProvider() {}

    /** The provider's options by the names that ONNX Runtime gives them. */
    static Map<String, String> settings(EngineOptions options) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("use_tf32", options.tf32() ? "1" : "0");
        // EXHAUSTIVE, the default, times algorithms at each new size: another one may win, and give other bits, each
        // time.
        settings.put("cudnn_conv_algo_search", "HEURISTIC");
        // A smaller workspace excludes algorithms: what is left may be none that computes without TF32.
        settings.put("cudnn_conv_use_max_workspace", "1");
        // Each session has an arena of its own; doubled each time it grows, it would hold twice what it needs.
        settings.put("arena_extend_strategy", "kSameAsRequested");
        // NHWC keeps a second copy of each weight, re-ordered.
        settings.put("prefer_nhwc", "0");
        // On a stream of its own a copy may be overtaken by what reads it.
        settings.put("do_copy_in_default_stream", "1");
        if (options.gpuMemoryBytes() > 0) {
            settings.put("gpu_mem_limit", Long.toString(options.gpuMemoryBytes()));
        }
        return settings;
    }

    /** Adds the provider to a session. */
    static void add(OrtSession.SessionOptions session, EngineOptions options) throws OrtException {
        try (OrtCUDAProviderOptions provider =
                new OrtCUDAProviderOptions(options.device().index())) {
            for (Map.Entry<String, String> setting : settings(options).entrySet()) {
                provider.add(setting.getKey(), setting.getValue());
            }
            session.setDeterministicCompute(true);
            session.addCUDA(provider);
        }
    }
}
