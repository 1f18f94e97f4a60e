package dev.facet.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.facet.client.ApiClient;
import dev.facet.client.ApiException;
import dev.facet.client.ApiResponse;
import dev.facet.client.api.BankApi;
import dev.facet.client.api.PacksApi;
import dev.facet.client.api.PacksApi.APIActivatePackRequest;
import dev.facet.client.api.PacksApi.APIDeletePackRequest;
import dev.facet.client.api.PacksApi.APIDownloadPackRequest;
import dev.facet.client.api.PacksApi.APIGetPackRequest;
import dev.facet.client.api.PacksApi.APIListPacksRequest;
import dev.facet.client.api.PacksApi.APISetDefaultRequest;
import dev.facet.client.api.PacksApi.APIUploadPackRequest;
import dev.facet.client.api.PredictionsApi;
import dev.facet.client.api.PredictionsApi.APIPredictEdgesRequest;
import dev.facet.client.api.PredictionsAsJsonApi;
import dev.facet.client.api.PredictionsAsJsonApi.APIPredictSegmentationJsonRequest;
import dev.facet.client.api.PredictionsAsNumPyApi;
import dev.facet.client.api.PredictionsAsNumPyApi.APIPredictDepthNpyRequest;
import dev.facet.client.api.SeveralTasksApi;
import dev.facet.client.api.SeveralTasksApi.APIPredictJsonRequest;
import dev.facet.client.api.SeveralTasksApi.APIPredictZipRequest;
import dev.facet.client.model.Activation;
import dev.facet.client.model.DefaultChoice;
import dev.facet.client.model.LabelPrediction;
import dev.facet.client.model.Pack;
import dev.facet.client.model.PackVersions;
import dev.facet.client.model.Part;
import dev.facet.client.model.PredictedClass;
import dev.facet.client.model.Problem;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.PackReader;
import dev.facet.integration.ServerUnderTest;
import java.awt.image.BufferedImage;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipFile;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java client as the generator makes it, against the packaged server. */
class JavaClientTest {
    private static final File IMAGE =
            ServerUnderTest.ROOT.resolve("docs/images/chelsea.jpg").toFile();
    private static final Path STREETS = ServerUnderTest.ROOT.resolve("models/extra/streets.safetensors");

    @TempDir
    private static Path folder;

    private static ServerUnderTest server;
    private static ApiClient client;

    @BeforeAll
    static void start() throws Exception {
        server = ServerUnderTest.start(folder.resolve("data"));
        String key = server.authorization();
        ObjectMapper mapper = ApiClient.createDefaultObjectMapper();
        mapper.registerModule(FileBody.module());
        client = new ApiClient(ApiClient.createDefaultHttpClientBuilder(), mapper, server.address());
        client.setRequestInterceptor(request -> request.header("Authorization", key));
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void predictsOneTaskInEveryKindOfForm() throws Exception {
        BufferedImage sent = ImageIO.read(IMAGE);

        ApiResponse<File> picture = new PredictionsApi(client)
                .predictEdgesWithHttpInfo(
                        APIPredictEdgesRequest.newBuilder().body(IMAGE).build());
        BufferedImage edges = ImageIO.read(picture.getData());
        assertThat(edges.getWidth()).isEqualTo(sent.getWidth());
        assertThat(edges.getHeight()).isEqualTo(sent.getHeight());
        assertThat(picture.getHeaders().get("facet-pack")).containsExactly("edges");

        LabelPrediction labels = new PredictionsAsJsonApi(client)
                .predictSegmentationJson(APIPredictSegmentationJsonRequest.newBuilder()
                        .body(IMAGE)
                        .side(96)
                        .build());
        assertThat(labels.getWidth()).isEqualTo(96);
        assertThat(labels.getClasses()).extracting(PredictedClass::getName).contains("cat");

        File array = new PredictionsAsNumPyApi(client)
                .predictDepthNpy(APIPredictDepthNpyRequest.newBuilder()
                        .body(IMAGE)
                        .side(96)
                        .build());
        assertThat(Files.readAllBytes(array.toPath())).startsWith(0x93, 'N', 'U', 'M', 'P', 'Y');
    }

    @Test
    void predictsSeveralTasks() throws Exception {
        SeveralTasksApi several = new SeveralTasksApi(client);

        assertThat(several.predictJson(APIPredictJsonRequest.newBuilder()
                                .body(IMAGE)
                                .tasks("edges,segmentation")
                                .packs("nobody")
                                .side(96)
                                .build())
                        .getParts())
                .satisfiesExactly(
                        edges -> assertThat(edges.getBase64()).startsWith(0x89, 'P', 'N', 'G'),
                        segmentation -> assertThat(segmentation.getName()).isEqualTo("objects"),
                        nobody -> assertThat(nobody)
                                .extracting(Part::getProblem)
                                .extracting(Problem::getCode)
                                .isEqualTo("UNKNOWN_PACK"));

        File bundle = several.predictZip(APIPredictZipRequest.newBuilder()
                .body(IMAGE)
                .tasks("edges,depth")
                .side(96)
                .build());
        try (ZipFile zip = new ZipFile(bundle)) {
            assertThat(zip.stream()).extracting(entry -> entry.getName()).contains("edges.png", "depth.png");
        }
    }

    @Test
    void uploadsActivatesAndDeletes() throws Exception {
        PacksApi packs = new PacksApi(client);
        PackManifest manifest =
                PackReader.readUnbound(Files.readAllBytes(STREETS)).manifest();
        String version = manifest.version();

        Pack uploaded = packs.uploadPack(APIUploadPackRequest.newBuilder()
                .name("streets")
                .version(version)
                .body(STREETS.toFile())
                .build());
        assertThat(uploaded.getKind()).isEqualTo("segmentation");
        assertThat(uploaded.getActive()).isTrue();
        assertThat(uploaded.getParameters().getClasses())
                .hasSize(manifest.task().outputs());

        Pack active = packs.activatePack(APIActivatePackRequest.newBuilder()
                .name("streets")
                .activation(new Activation().version(version))
                .build());
        assertThat(active.getDigest()).isEqualTo(uploaded.getDigest());
        assertThat(packs.setDefault(APISetDefaultRequest.newBuilder()
                                .kind("segmentation")
                                .defaultChoice(new DefaultChoice().pack("streets"))
                                .build())
                        .getPack())
                .isEqualTo("streets");
        assertThat(packs.listDefaults()).containsEntry("segmentation", "streets");
        PackVersions versions =
                packs.getPack(APIGetPackRequest.newBuilder().name("streets").build());
        assertThat(versions.getActive()).isEqualTo(version);
        File file = packs.downloadPack(APIDownloadPackRequest.newBuilder()
                .name("streets")
                .version(version)
                .build());
        assertThat(file).hasSameBinaryContentAs(STREETS.toFile());

        packs.deletePack(APIDeletePackRequest.newBuilder()
                .name("streets")
                .version(version)
                .build());
        assertThat(packs.listPacks(APIListPacksRequest.newBuilder().build()).getPacks())
                .extracting(Pack::getName)
                .contains("edges")
                .doesNotContain("streets");
        assertThat(new BankApi(client).getBank().getArchitecture()).isEqualTo("resnet18");
    }

    @Test
    void getsProblemsAsTheyAreDocumented() throws Exception {
        ApiException refusal = catchThrowableOfType(
                ApiException.class,
                () -> new PacksApi(client)
                        .getPack(APIGetPackRequest.newBuilder().name("nobody").build()));

        Problem problem = client.getObjectMapper().readValue(refusal.getResponseBody(), Problem.class);
        assertThat(refusal.getCode()).isEqualTo(404);
        assertThat(problem.getStatus()).isEqualTo(404);
        assertThat(problem.getCode()).isEqualTo("UNKNOWN_PACK");
    }
}
