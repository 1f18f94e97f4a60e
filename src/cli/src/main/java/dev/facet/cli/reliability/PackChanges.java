package dev.facet.cli.reliability;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.facet.cli.load.Statuses;
import dev.facet.cli.process.ServerProcess;
import dev.facet.cli.sample.PackFile;
import dev.facet.core.digest.Sha256;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * One client that uploads, activates and removes versions of one pack at random, and knows what the server must say of it:
 * the state after the last change that was acknowledged, or that after the one which was not answered. One thread at a time.
 */
final class PackChanges {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int VERSIONS = 3;

    private final String name;
    private final PackFile pack;
    private PackState acknowledged = PackState.NONE;
    private Optional<PackState> unanswered = Optional.empty();
    private final Statuses changes = new Statuses();

    /**
     * @param name of the pack; nobody else changes it
     * @param pack whose copies are uploaded
     */
    PackChanges(String name, PackFile pack) {
        this.name = name;
        this.pack = pack;
    }

    String name() {
        return name;
    }

    /** Whether a version answers. */
    boolean isPresent() {
        return acknowledged.active().isPresent();
    }

    /** How many changes of each kind were acknowledged or cut off. */
    Statuses changes() {
        return changes;
    }

    /** Makes one change; one that isn't answered is remembered, and is the last before {@link #expectOneOfBoth}. */
    void change(ServerProcess server, SplittableRandom random, TrialReport report)
            throws IOException, InterruptedException {
        int version = 1 + random.nextInt(VERSIONS);
        String path = "/v1/packs/%s/versions/%d".formatted(name, version);
        HttpRequest request;
        PackState next;
        String kind;
        if (!acknowledged.digests().containsKey(version)) {
            byte[] file = pack.copy(name, Integer.toString(version), "content %d".formatted(random.nextInt(1000)));
            kind = "upload";
            next = acknowledged.uploaded(version, sha256(file));
            request = server.managementRequest(path)
                    .header("Content-Type", "application/octet-stream")
                    .PUT(BodyPublishers.ofByteArray(file))
                    .build();
        } else if (random.nextBoolean()) {
            kind = "activation";
            next = acknowledged.activated(version);
            request = server.managementRequest("/v1/packs/%s/activate?version=%d".formatted(name, version))
                    .POST(BodyPublishers.noBody())
                    .build();
        } else {
            kind = "removal";
            next = acknowledged.removed(version);
            request = server.managementRequest(path).DELETE().build();
        }
        unanswered = Optional.of(next);
        HttpResponse<byte[]> response;
        try {
            response = server.exchange(request);
        } catch (IOException e) {
            changes.count(kind + ", cut off");
            throw e;
        }
        changes.count(kind);
        if (response.statusCode() / 100 == 2) {
            acknowledged = next;
        } else {
            report.broken(
                    "%s of %s@%d: status=%d, %s",
                    kind, name, version, response.statusCode(), new String(response.body(), StandardCharsets.UTF_8));
        }
        unanswered = Optional.empty();
    }

    /** Asks a server for the state, which must be the acknowledged one or that of the unanswered change, and is so from now. */
    void expectOneOfBoth(ServerProcess server, TrialReport report) throws IOException, InterruptedException {
        PackState found = find(server);
        boolean expected =
                found.equals(acknowledged) || unanswered.filter(found::equals).isPresent();
        report.expect(
                expected,
                "pack %s after the restart: found=%s, acknowledged=%s, unanswered=%s",
                name,
                found,
                acknowledged,
                unanswered.map(PackState::toString).orElse("none"));
        changes.count(found.equals(acknowledged) ? "old state" : "new state");
        acknowledged = found;
        unanswered = Optional.empty();
    }

    private PackState find(ServerProcess server) throws IOException, InterruptedException {
        HttpResponse<byte[]> response =
                server.exchange(server.request("/v1/packs/" + name).GET().build());
        if (response.statusCode() == 404) {
            return PackState.NONE;
        }
        JsonNode answer = JSON.readTree(response.body());
        Map<Integer, String> digests = new TreeMap<>();
        for (JsonNode version : answer.path("versions")) {
            digests.put(version.path("version").asInt(), version.path("digest").asText());
        }
        return new PackState(digests, Optional.of(answer.path("active").asInt()));
    }

    /** Whether the files on disk are those that the state names, with their bytes. */
    void expectFiles(Map<String, String> files, TrialReport report) {
        List<String> wrong = new ArrayList<>();
        acknowledged.digests().forEach((version, digest) -> {
            String id = name + "@" + version;
            if (!digest.equals(files.get(id))) {
                wrong.add(id);
            }
        });
        long named =
                files.keySet().stream().filter(id -> id.startsWith(name + "@")).count();
        report.expect(wrong.isEmpty(), "files that are missing or have other bytes: %s", wrong);
        report.expect(
                named == acknowledged.digests().size(),
                "files of %s on disk: %d, named: %d",
                name,
                named,
                acknowledged.digests().size());
    }

    private static String sha256(byte[] bytes) {
        MessageDigest digest = Sha256.begin();
        digest.update(bytes);
        return Sha256.hex(digest);
    }
}
