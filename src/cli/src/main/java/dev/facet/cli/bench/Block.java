package dev.facet.cli.bench;

import dev.facet.cli.load.Latencies;
import dev.facet.cli.load.Workers;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a number of requests cost.
 *
 * @param cpuMillis the answering side's CPU time for one
 * @param perSecond how many were answered in a second
 * @param latencies how long each took
 */
record Block(double cpuMillis, double perSecond, Latencies latencies) {
    /** Asks that many times, by clients that each wait for their answer. */
    static Block of(Contender contender, int count, int clients) throws IOException, InterruptedException {
        Latencies latencies = new Latencies();
        AtomicInteger left = new AtomicInteger(count);
        double cpu = contender.cpuMillis();
        long start = System.nanoTime();
        Workers.run(clients, worker -> {
            while (left.getAndDecrement() > 0) {
                long begin = System.nanoTime();
                contender.ask();
                latencies.add((System.nanoTime() - begin) / 1e6);
            }
        });
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Block((contender.cpuMillis() - cpu) / count, count / seconds, latencies);
    }

    static List<Double> cpu(List<Block> blocks) {
        return blocks.stream().map(Block::cpuMillis).toList();
    }

    static List<Double> perSecond(List<Block> blocks) {
        return blocks.stream().map(Block::perSecond).toList();
    }

    /** Times of all requests of all blocks. */
    static Latencies latencies(List<Block> blocks) {
        Latencies all = new Latencies();
        blocks.forEach(block -> all.addAll(block.latencies()));
        return all;
    }
}
