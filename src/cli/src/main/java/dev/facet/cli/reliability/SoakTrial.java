package dev.facet.cli.reliability;

import dev.facet.cli.process.ServerProcess;
import dev.facet.cli.sample.PackFile;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Mixed work for a long time on a small heap, and a stop in the middle of requests. */
final class SoakTrial implements Trial {
    private static final int LAST_REQUESTS = 8;
    private static final Duration STOP = Duration.ofSeconds(90);
    /** Of SIGTERM: 128 + 15. */
    private static final int TERMINATED = 143;

    private final Duration length;

    SoakTrial(Duration length) {
        this.length = length;
    }

    @Override
    public String name() {
        return "soak";
    }

    @Override
    public String description() {
        return "%d minutes on a heap of 512 MB. Three clients ask for all kinds, one and several at once, in all forms of"
                        .formatted(length.toMinutes())
                + " answer; one uploads, activates and removes packs; one sends damaged images, requests and manifests; six"
                + " are slow, stop or disconnect. At the end, the server gets SIGTERM while eight requests are in progress."
                + " Expected: no 5xx except 503 and 504, every answer has the same bits as before, memory after garbage"
                + " collections grows by less than 96 MB after the first sixth of the time, and the eight requests are"
                + " answered.";
    }

    @Override
    public Duration expected() {
        return length.plusMinutes(2);
    }

    @Override
    public void run(Surroundings surroundings, TrialReport report) throws IOException, InterruptedException {
        List<byte[]> images = List.of(ImageSamples.jpeg(120, 160, 61), ImageSamples.png(200, 90, 62));
        try (ServerProcess server =
                surroundings.start(surroundings.serverOptions().withSettings("quarkus.shutdown.delay=2S"))) {
            PackFile edges = surroundings.edges();
            server.plug("small-edges", edges.sized("small-edges", 64));
            RepeatableAnswers answers = RepeatableAnswers.learn(server, images);
            report.figure(
                    "answers that are written differently each time",
                    answers.changing().toString());
            ServerFiles files = new ServerFiles(surroundings.folder());
            Set<String> before = files.list();
            PackChanges changes = new PackChanges("changing", edges);
            new SoakWork(surroundings, server, answers, changes, edges, report)
                    .run(surroundings.options().time(length));
            answers.check(server, report);
            changes.expectOneOfBoth(server, report);
            changes.expectFiles(files.packs(), report);
            before.addAll(files.packs().keySet().stream().map(SoakTrial::fileOf).toList());
            files.expectSame(before, report);
            report.figure("changes of packs", changes.changes().toString());
            stop(server, answers, report);
            files.reportStackTraces(report);
        }
    }

    private static String fileOf(String id) {
        return "data/packs/" + id.replace('@', '/') + ".safetensors";
    }

    /** SIGTERM while requests are under way: each is answered, and the process ends. */
    private static void stop(ServerProcess server, RepeatableAnswers answers, TrialReport report)
            throws IOException, InterruptedException {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        RepeatableAnswers.Question question = answers.get(answers.size() - 1);
        List<CompletableFuture<HttpResponse<byte[]>>> underWay = new ArrayList<>();
        for (int i = 0; i < LAST_REQUESTS; i++) {
            underWay.add(client.sendAsync(question.request(server), BodyHandlers.ofByteArray()));
        }
        Thread.sleep(200);
        server.terminate();
        int answered = 0;
        for (CompletableFuture<HttpResponse<byte[]>> future : underWay) {
            try {
                HttpResponse<byte[]> response = future.get(STOP.toSeconds(), TimeUnit.SECONDS);
                boolean right = response.statusCode() == 200 && question.isAnsweredBy(response.body());
                answered += right ? 1 : 0;
                report.expect(right, "a request that was under way at SIGTERM got status=%d", response.statusCode());
            } catch (ExecutionException | TimeoutException e) {
                report.broken("a request that was under way at SIGTERM wasn't answered: %s", e);
            }
        }
        int code = server.awaitEnd(STOP);
        report.expect(code == TERMINATED, "exit code after SIGTERM: %d, expected %d", code, TERMINATED);
        report.figure("requests under way at SIGTERM", "%d, answered %d", LAST_REQUESTS, answered);
    }
}
