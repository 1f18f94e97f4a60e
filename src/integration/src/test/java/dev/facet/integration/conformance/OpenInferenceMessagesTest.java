package dev.facet.integration.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.facet.protocol.inference.ModelInferRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The messages have the names, numbers and types that the specification gives them; copied by hand from it, not from our file. */
class OpenInferenceMessagesTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ServerLiveResponse             | live:bool=1
            ServerReadyResponse            | ready:bool=1
            ModelReadyRequest              | name:string=1 version:string=2
            ModelReadyResponse             | ready:bool=1
            ServerMetadataResponse         | name:string=1 version:string=2 extensions:string*=3
            ModelMetadataRequest           | name:string=1 version:string=2
            ModelMetadataResponse          | name:string=1 versions:string*=2 platform:string=3 inputs:TensorMetadata*=4 outputs:TensorMetadata*=5
            ModelMetadataResponse.TensorMetadata | name:string=1 datatype:string=2 shape:int64*=3
            InferParameter                 | bool_param:bool=1 int64_param:int64=2 string_param:string=3 double_param:double=4 uint64_param:uint64=5
            InferTensorContents            | bool_contents:bool*=1 int_contents:int32*=2 int64_contents:int64*=3 uint_contents:uint32*=4 uint64_contents:uint64*=5 fp32_contents:float*=6 fp64_contents:double*=7 bytes_contents:bytes*=8
            ModelInferRequest              | model_name:string=1 model_version:string=2 id:string=3 parameters:ParametersEntry*=4 inputs:InferInputTensor*=5 outputs:InferRequestedOutputTensor*=6 raw_input_contents:bytes*=7
            ModelInferRequest.InferInputTensor | name:string=1 datatype:string=2 shape:int64*=3 parameters:ParametersEntry*=4 contents:InferTensorContents=5
            ModelInferRequest.InferRequestedOutputTensor | name:string=1 parameters:ParametersEntry*=2
            ModelInferResponse             | model_name:string=1 model_version:string=2 id:string=3 parameters:ParametersEntry*=4 outputs:InferOutputTensor*=5 raw_output_contents:bytes*=6
            ModelInferResponse.InferOutputTensor | name:string=1 datatype:string=2 shape:int64*=3 parameters:ParametersEntry*=4 contents:InferTensorContents=5
            ModelStreamInferResponse       | error_message:string=1 infer_response:ModelInferResponse=2
            ModelConfigRequest             | name:string=1 version:string=2
            ModelConfigResponse            | config:ModelConfig=1
            ModelConfig                    | name:string=1 platform:string=2 version_policy:ModelVersionPolicy=3 max_batch_size:int32=4 input:ModelInput*=5 output:ModelOutput*=6 parameters:ParametersEntry*=14 backend:string=17
            ModelInput                     | name:string=1 data_type:DataType=2 dims:int64*=4
            ModelOutput                    | name:string=1 data_type:DataType=2 dims:int64*=3
            ModelStatisticsRequest         | name:string=1 version:string=2
            ModelStatisticsResponse        | model_stats:ModelStatistics*=1
            ModelStatistics                | name:string=1 version:string=2 last_inference:uint64=3 inference_count:uint64=4 execution_count:uint64=5 inference_stats:InferStatistics=6 batch_stats:InferBatchStatistics*=7
            InferStatistics                | success:StatisticDuration=1 fail:StatisticDuration=2 queue:StatisticDuration=3 compute_input:StatisticDuration=4 compute_infer:StatisticDuration=5 compute_output:StatisticDuration=6 cache_hit:StatisticDuration=7 cache_miss:StatisticDuration=8
            InferBatchStatistics           | batch_size:uint64=1 compute_input:StatisticDuration=2 compute_infer:StatisticDuration=3 compute_output:StatisticDuration=4
            StatisticDuration              | count:uint64=1 ns:uint64=2
            ModelRepositoryParameter       | bool_param:bool=1 int64_param:int64=2 string_param:string=3 bytes_param:bytes=4
            RepositoryIndexRequest         | repository_name:string=1 ready:bool=2
            RepositoryIndexResponse        | models:ModelIndex*=1
            RepositoryIndexResponse.ModelIndex | name:string=1 version:string=2 state:string=3 reason:string=4
            RepositoryModelLoadRequest     | repository_name:string=1 model_name:string=2 parameters:ParametersEntry*=3
            RepositoryModelUnloadRequest   | repository_name:string=1 model_name:string=2 parameters:ParametersEntry*=3
            """)
    void areThoseOfTheSpecification(String message, String fields) {
        assertThat(fields(find(message))).isEqualTo(fields);
    }

    private static Descriptor find(String name) {
        String[] path = name.split("\\.");
        Descriptor found = ModelInferRequest.getDescriptor().getFile().findMessageTypeByName(path[0]);
        for (int i = 1; i < path.length; i++) {
            found = found.findNestedTypeByName(path[i]);
        }
        return found;
    }

    private static String fields(Descriptor message) {
        List<String> fields = new ArrayList<>();
        for (FieldDescriptor field : message.getFields()) {
            String type = switch (field.getJavaType()) {
                case MESSAGE -> field.getMessageType().getName();
                case ENUM -> field.getEnumType().getName();
                default -> field.getType().name().toLowerCase(Locale.ROOT);
            };
            fields.add("%s:%s%s=%d".formatted(field.getName(), type, field.isRepeated() ? "*" : "", field.getNumber()));
        }
        return String.join(" ", fields);
    }
}
