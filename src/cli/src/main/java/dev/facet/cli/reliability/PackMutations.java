package dev.facet.cli.reliability;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.facet.cli.process.ServerProcess;
import dev.facet.cli.sample.PackFile;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Damaged packs that are uploaded: files of which any byte may be damaged, and files with the right digest whose tensors
 * (names, types, shapes, offsets) or numbers (not finite, huge) are. One that passes all checks is removed again.
 */
final class PackMutations implements Mutation {
    private static final float[] NUMBERS = {
        Float.NaN, Float.POSITIVE_INFINITY, Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, 1e30f, 0
    };
    private static final String[] TYPES = {"F16", "BF16", "F64", "I64", "U8", "BOOL", "F8", "", "f32"};

    private final ServerProcess server;
    private final MutationOutcomes outcomes;
    private final PackFile pack;
    private final List<byte[]> copies = new ArrayList<>();

    PackMutations(ServerProcess server, MutationOutcomes outcomes, PackFile pack, int workers) throws IOException {
        this.server = server;
        this.outcomes = outcomes;
        this.pack = pack;
        for (int i = 0; i < workers; i++) {
            copies.add(pack.copy(nameOf(i), "1", "to be damaged"));
        }
    }

    @Override
    public String name() {
        return "packs";
    }

    @Override
    public int share() {
        return 10_000;
    }

    static String nameOf(int worker) {
        return "damaged-" + worker;
    }

    @Override
    public void one(SplittableRandom random, String item, int worker) throws IOException, InterruptedException {
        byte[] file = switch (random.nextInt(4)) {
            case 0 -> pack.altered(nameOf(worker), tensors -> damage(tensors, random), pack.data());
            case 1 -> pack.altered(nameOf(worker), tensors -> {}, numbers(random));
            default -> ByteMutations.mutate(copies.get(worker), random);
        };
        upload(server, outcomes, file, item, worker);
    }

    /** Uploads a damaged pack, and removes it again if it was found sound. */
    static void upload(ServerProcess server, MutationOutcomes outcomes, byte[] file, String item, int worker)
            throws IOException, InterruptedException {
        String path = "/v1/packs/" + nameOf(worker) + "/versions/1";
        HttpResponse<byte[]> response = server.exchange(server.managementRequest(path)
                .header("Content-Type", "application/octet-stream")
                .PUT(BodyPublishers.ofByteArray(file))
                .build());
        outcomes.of(item, response);
        if (response.statusCode() / 100 == 2) {
            outcomes.of(
                    item,
                    server.exchange(server.managementRequest(path).DELETE().build()));
        }
    }

    private static void damage(ObjectNode tensors, SplittableRandom random) {
        List<String> names = new ArrayList<>();
        Iterator<String> all = tensors.fieldNames();
        all.forEachRemaining(names::add);
        String name = names.get(random.nextInt(names.size()));
        ObjectNode tensor = (ObjectNode) tensors.get(name);
        switch (random.nextInt(5)) {
            case 0 -> {
                JsonNode moved = tensors.remove(name);
                tensors.set(TextMutations.mutate(name, random), moved);
            }
            case 1 -> tensor.put("dtype", TYPES[random.nextInt(TYPES.length)]);
            case 2 -> tensor.putArray("shape").add(hostile(random)).add(hostile(random));
            case 3 -> tensor.putArray("data_offsets").add(hostile(random)).add(hostile(random));
            default -> tensors.remove(name);
        }
    }

    private static long hostile(SplittableRandom random) {
        return switch (random.nextInt(5)) {
            case 0 -> random.nextLong();
            case 1 -> -random.nextInt(10);
            case 2 -> Integer.MAX_VALUE + (long) random.nextInt(3);
            case 3 -> Long.MAX_VALUE / (1 + random.nextInt(8));
            default -> random.nextInt(1000);
        };
    }

    private byte[] numbers(SplittableRandom random) {
        byte[] data = pack.data();
        ByteBuffer view = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 1 + random.nextInt(8); i > 0; i--) {
            int at = random.nextInt(data.length / Float.BYTES) * Float.BYTES;
            view.putFloat(at, NUMBERS[random.nextInt(NUMBERS.length)]);
        }
        return data;
    }
}
