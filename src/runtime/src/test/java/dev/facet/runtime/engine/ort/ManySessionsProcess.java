package dev.facet.runtime.engine.ort;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.Plan;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.engine.RandomNetworks;
import dev.facet.runtime.engine.RandomNetworks.Recipe;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Opens sessions in a process whose engine is the first, and says how many threads the process has after the first and after the
 * last one, and whether all gave the bits of one thread.
 */
final class ManySessionsProcess {
    private static final int SIDE = 48;

    private ManySessionsProcess() {}

    /** @param arguments threads of one run, sessions */
    public static void main(String[] arguments) throws IOException {
        int threads = Integer.parseInt(arguments[0]);
        int sessions = Integer.parseInt(arguments[1]);
        FilterBank bank = RandomNetworks.bank(36);
        ModulatorPack pack = RandomNetworks.pack(bank, Recipe.PLAIN);
        FloatBuffer image = RandomNetworks.image(SIDE, SIDE, 1);
        List<PreparedPack> open = new ArrayList<>();
        List<float[]> answers = new ArrayList<>();
        try (Engine engine = OrtEngine.open(bank, EngineOptions.cpu(threads));
                Engine plain = OrtEngine.open(bank, EngineOptions.cpu(1))) {
            int first = 0;
            for (int session = 0; session < sessions; session++) {
                open.add(engine.prepare(pack, Plan.MERGED));
                answers.add(open.get(session).run(image, SIDE, SIDE).values());
                first = session == 0 ? threads() : first;
            }
            int last = threads();
            try (PreparedPack single = plain.prepare(pack, Plan.MERGED)) {
                float[] expected = single.run(image, SIDE, SIDE).values();
                boolean same = answers.stream().allMatch(answer -> Arrays.equals(answer, expected));
                System.out.printf("first=%d last=%d same=%s%n", first, last, same);
            }
            open.forEach(PreparedPack::close);
        }
    }

    private static int threads() throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            return (int) threads.count();
        }
    }
}
