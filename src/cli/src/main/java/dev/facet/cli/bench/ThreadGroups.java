package dev.facet.cli.bench;

import dev.facet.cli.process.ProcessUsage.ThreadTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Where a server's CPU time goes, told by the names of its threads. */
final class ThreadGroups {
    /** Beginnings of the kernel's names, each with what such threads do. */
    private static final Map<String, String> GROUPS = new LinkedHashMap<>();

    static final String OTHERS = "others";

    static {
        GROUPS.put("facet-request", "requests");
        GROUPS.put("facet-waited", "requests");
        GROUPS.put("facet-pack", "requests");
        GROUPS.put("facet-", "others of Facet");
        GROUPS.put("vert.x-eventloo", "event loop");
        GROUPS.put("vert.x-acceptor", "event loop");
        GROUPS.put("executor-thread", "Quarkus' workers");
        GROUPS.put("C1 CompilerThre", "JIT compiler");
        GROUPS.put("C2 CompilerThre", "JIT compiler");
        GROUPS.put("GC Thread", "garbage collector");
        GROUPS.put("G1 ", "garbage collector");
        GROUPS.put("VM ", "JVM");
        GROUPS.put("java", "ONNX Runtime's threads and main");
    }

    private ThreadGroups() {}

    /** CPU time in ms by what threads do, spent between two looks at them; of threads that ended meanwhile nothing. */
    static Map<String, Double> spent(Map<Long, ThreadTime> before, Map<Long, ThreadTime> after) {
        Map<String, Double> spent = new TreeMap<>();
        after.forEach((id, thread) -> {
            ThreadTime earlier = before.get(id);
            double millis = thread.millis() - (earlier == null ? 0 : earlier.millis());
            spent.merge(group(thread.name()), millis, Double::sum);
        });
        return spent;
    }

    static String group(String name) {
        return GROUPS.entrySet().stream()
                .filter(entry -> name.startsWith(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(OTHERS);
    }
}
