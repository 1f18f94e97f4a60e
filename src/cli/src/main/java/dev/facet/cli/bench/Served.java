package dev.facet.cli.bench;

import dev.facet.cli.process.ServerProcess;
import java.io.IOException;
import java.util.List;

/**
 * CPU time of requests to a server whose engine has one thread a run, in ms for one of them.
 *
 * @param whole of the server's process
 * @param engine of its engine's runs
 */
record Served(double whole, double engine) {
    /** Asks that many times, one after the other. */
    static Served of(ServerProcess server, Contender contender, int count) throws IOException, InterruptedException {
        // Asking for the engine's time costs the server time, too: outside of what is measured.
        double engine = server.engineCpuMillis();
        double whole = contender.cpuMillis();
        for (int i = 0; i < count; i++) {
            contender.ask();
        }
        whole = contender.cpuMillis() - whole;
        engine = server.engineCpuMillis() - engine;
        return new Served(whole / count, engine / count);
    }

    /** What is no run of the engine. */
    double beyond() {
        return whole - engine;
    }

    static List<Double> wholes(List<Served> served) {
        return served.stream().map(Served::whole).toList();
    }

    static List<Double> engines(List<Served> served) {
        return served.stream().map(Served::engine).toList();
    }
}
