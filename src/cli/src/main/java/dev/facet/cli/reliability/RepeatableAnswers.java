package dev.facet.cli.reliability;

import dev.facet.cli.process.ServerProcess;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Every kind in every form, for several images, with what an untroubled server answers. A form that an untroubled server
 * writes differently each time (a random boundary, a time) is asked too, and only its status counts. Immutable.
 */
final class RepeatableAnswers {
    private static final List<String> FORMS = List.of(".png", ".npy", ".bin", ".json", ".jpg");
    private static final List<String> SEVERAL = List.of(
            "/v1/predict?tasks=edges,segmentation",
            "/v1/predict.zip?tasks=edges,segmentation,saliency",
            "/v1/predict.json?tasks=depth,normals");
    private static final List<String> OTHERS = List.of(
            "/v1/segmentation.npy?raw=logits", "/v1/depth.png?render=turbo", "/v1/edges.png?render=overlay&alpha=0.5");

    private final List<Question> questions;

    private RepeatableAnswers(List<Question> questions) {
        this.questions = List.copyOf(questions);
    }

    /**
     * A request and its answer.
     *
     * @param answer null where it isn't the same each time
     */
    record Question(String path, byte[] image, byte[] answer) {
        /** The image, to be asked for at the path. */
        HttpRequest request(ServerProcess server) {
            return server.request(path)
                    .header("Content-Type", "application/octet-stream")
                    .POST(BodyPublishers.ofByteArray(image))
                    .build();
        }

        /** Whether a body is the answer, or could be. */
        boolean isAnsweredBy(byte[] body) {
            return answer == null || Arrays.equals(answer, body);
        }
    }

    /** Asks an untroubled server that serves all six kinds. */
    static RepeatableAnswers learn(ServerProcess server, List<byte[]> images) throws IOException, InterruptedException {
        List<String> paths = new ArrayList<>(SEVERAL);
        for (String kind : List.of("segmentation", "human-parts", "depth", "normals", "saliency", "edges")) {
            FORMS.forEach(form -> paths.add("/v1/" + kind + form));
        }
        paths.addAll(OTHERS);
        List<Question> questions = new ArrayList<>();
        for (byte[] image : images) {
            for (String path : paths) {
                byte[] first = ControlAnswers.ask(server, path, image).body();
                byte[] second = ControlAnswers.ask(server, path, image).body();
                questions.add(new Question(path, image, Arrays.equals(first, second) ? first : null));
            }
        }
        return new RepeatableAnswers(questions);
    }

    int size() {
        return questions.size();
    }

    Question get(int index) {
        return questions.get(index);
    }

    /** Asks all again. */
    void check(ServerProcess server, TrialReport report) throws InterruptedException {
        for (Question question : questions) {
            try {
                byte[] body = ControlAnswers.ask(server, question.path(), question.image())
                        .body();
                report.expect(question.isAnsweredBy(body), "answer differs at the end: path=%s", question.path());
            } catch (IOException e) {
                report.broken("no answer at the end: %s", e);
            }
        }
    }

    /** Paths whose answers aren't the same each time. */
    List<String> changing() {
        Map<String, Boolean> paths = new LinkedHashMap<>();
        questions.stream()
                .filter(question -> question.answer() == null)
                .forEach(question -> paths.put(question.path(), true));
        return List.copyOf(paths.keySet());
    }
}
