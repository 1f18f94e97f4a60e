package dev.facet.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.pack.PackReader;
import dev.facet.evaluation.dataset.PlainDataset;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IncrementalTrainingTest {
    @TempDir
    Path folder;

    private String config;

    @BeforeEach
    void write() throws IOException {
        config = TinyFolder.write(folder).toString();
    }

    private Path train(String out, String... settings) {
        List<String> arguments = new ArrayList<>(List.of(
                "train", "--config", config, "--out", folder.resolve(out).toString()));
        for (String setting : settings) {
            arguments.addAll(List.of("--set", setting));
        }
        arguments.addAll(List.of("--set", "training_strategy.max_iter=2", "--set", "logger.tensorboard=false"));
        TrainerProcess.Answer answer = TrainerProcess.run(arguments.toArray(String[]::new));
        assertThat(answer.code()).as(answer.errors()).isZero();
        return folder.resolve(out);
    }

    private Map<String, Double> scores(Path pack, String kind) throws Exception {
        FilterBank bank = BankReader.read(folder.resolve("bank.safetensors"));
        PlainDataset test = PlainDataset.open(folder.resolve("data"), List.of(kind), "test");
        return PackScores.of(bank, PackReader.read(pack, bank), test);
    }

    @Test
    void tasksAddedInAnyOrderChangeNoByteAndNoScoreOfTheOthersAndJointTrainingGivesTheSame() throws Exception {
        byte[] bank = Files.readAllBytes(folder.resolve("bank.safetensors"));
        Map<String, byte[]> packs = new LinkedHashMap<>();
        Path first = train("a", "dataset.task=segmentation").resolve("tiny.safetensors");
        packs.put("segmentation", Files.readAllBytes(first));
        Map<String, Double> before = scores(first, "segmentation");
        Path second = train("b", "dataset.task=saliency").resolve("tiny.safetensors");
        packs.put("saliency", Files.readAllBytes(second));
        assertThat(Files.readAllBytes(first)).isEqualTo(packs.get("segmentation"));
        assertThat(scores(first, "segmentation")).isEqualTo(before);

        // The other order, in other folders.
        assertThat(Files.readAllBytes(train("c", "dataset.task=saliency").resolve("tiny.safetensors")))
                .isEqualTo(packs.get("saliency"));
        assertThat(Files.readAllBytes(train("d", "dataset.task=segmentation").resolve("tiny.safetensors")))
                .isEqualTo(packs.get("segmentation"));
        assertThat(Files.readAllBytes(folder.resolve("bank.safetensors"))).isEqualTo(bank);

        // Both at once, on the same views: each task ends where it would alone.
        Path joint = train("e", "dataset={task: null, tasks_weighting: {segmentation: 1, saliency: 1}}");
        FilterBank read = BankReader.read(folder.resolve("bank.safetensors"));
        for (String task : packs.keySet()) {
            var alone = PackReader.read(packs.get(task), read);
            var together = PackReader.read(joint.resolve("tiny-" + task + ".safetensors"), read);
            assertThat(together.tensors()).isEqualTo(alone.tensors());
        }
    }

    @Test
    void tasksThatShareAnEncoderGiveOnePackEachWithTheSameEncoder() throws Exception {
        Path joint = train(
                "common",
                "dataset={task: null, tasks_weighting: {segmentation: 1, sal: 5}}",
                "model.parameters.common_mt_params=true");
        FilterBank bank = BankReader.read(folder.resolve("bank.safetensors"));
        var segmentation = PackReader.read(joint.resolve("tiny-segmentation.safetensors"), bank);
        var saliency = PackReader.read(joint.resolve("tiny-saliency.safetensors"), bank);
        assertThat(saliency.tensor("layer4.0.conv1.modulator"))
                .isEqualTo(segmentation.tensor("layer4.0.conv1.modulator"));
        assertThat(saliency.manifest().task().outputs()).isEqualTo(1);
    }

    @Test
    void aFinishedPackIsPutOnAServerWithItsKey() throws Exception {
        List<String> requests = new ArrayList<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (exchange.getRequestMethod().equals("GET")) {
                // Lists are open: which bank there is, and which versions.
                byte[] nothing = "{}".getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, nothing.length);
                exchange.getResponseBody().write(nothing);
                exchange.close();
                return;
            }
            String key = exchange.getRequestHeaders().getFirst("Authorization");
            requests.add(
                    "%s %s %s %d".formatted(exchange.getRequestMethod(), exchange.getRequestURI(), key, body.length));
            boolean allowed = "Bearer secret".equals(key);
            byte[] answer = (allowed ? "{}" : "{\"code\": \"UNAUTHORIZED\", \"detail\": \"a key is wanted\"}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(allowed ? 201 : 401, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        try {
            String url = "http://localhost:" + server.getAddress().getPort();
            Path key = folder.resolve("key");
            Files.writeString(key, "secret\n");
            String out = folder.resolve("published").toString();
            String[] common = {"train", "--config", config, "--out", out, "--publish", url};
            TrainerProcess.Answer refused = TrainerProcess.run(with(common, "--set", "training_strategy.max_iter=2"));
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.errors())
                    .contains("a key is wanted", "UNAUTHORIZED")
                    .hasLineCount(1);
            TrainerProcess.Answer done = TrainerProcess.run(with(
                    common, "--set", "training_strategy.max_iter=2", "--resume", "--api-key-file", key.toString()));
            assertThat(done.code()).as(done.errors()).isZero();
            long size = Files.size(Path.of(out).resolve("tiny.safetensors"));
            assertThat(requests)
                    .containsExactly(
                            "PUT /v1/packs/tiny/versions/1?activate=true null " + size,
                            "PUT /v1/packs/tiny/versions/1?activate=true Bearer secret " + size);
        } finally {
            server.stop(0);
        }
        TrainerProcess.Answer wrong =
                TrainerProcess.run("train", "--config", config, "--publish", "ftp://localhost/packs");
        assertThat(wrong.code()).isEqualTo(1);
        assertThat(wrong.errors()).contains("ftp://localhost/packs").hasLineCount(1);
    }

    private static String[] with(String[] common, String... more) {
        List<String> all = new ArrayList<>(List.of(common));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }
}
