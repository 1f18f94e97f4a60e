package dev.facet.evaluation.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The classes of PASCAL-Context whose distilled normals count: those whose name is a class of NYU Depth too, except {@code
 * unknown}, and {@code tvmonitor}. 170 with the released class tables.
 */
final class NormalClasses {
    private static final String RELEASED =
            "3 4 6 9 10 11 13 15 17 18 22 23 29 30 33 34 36 37 38 39 41 42 46 49 50 51 53 55 "
                    + "56 59 61 62 65 66 68 69 72 73 78 83 84 85 87 88 95 96 101 104 105 107 111 113 115 122 124 135 141 142 143 "
                    + "146 150 154 157 158 159 165 172 174 181 183 184 191 193 195 197 199 202 213 215 216 219 220 223 225 228 "
                    + "230 232 233 238 239 242 243 246 250 251 252 255 260 261 263 269 272 273 275 281 283 284 285 286 287 288 "
                    + "290 291 292 293 295 304 307 309 310 314 315 319 323 329 330 331 336 342 345 349 350 351 352 355 357 368 "
                    + "370 371 374 379 380 383 384 397 401 403 405 407 408 411 412 413 414 417 419 421 423 427 429 430 432 440 "
                    + "441 442 443 444 446 454 457";

    private NormalClasses() {}

    /** The ids with the released class tables. */
    static Set<Integer> released() {
        return Arrays.stream(RELEASED.split(" ")).map(Integer::valueOf).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Computes the ids of the data set's class tables; the released ones where it has none.
     *
     * @param remarks told where the tables are missing or give other ids than the released ones
     */
    static Set<Integer> read(Path root, List<String> remarks) {
        Path indoor = root.resolve("json/nyu_classes.json");
        Path context = root.resolve("json/context_classes.json");
        if (!Files.isRegularFile(indoor) || !Files.isRegularFile(context)) {
            remarks.add("normals: no class tables, the 170 released classes count [file=%s]".formatted(context));
            return released();
        }
        Set<Integer> ids = common(names(indoor), context);
        if (!ids.equals(released())) {
            remarks.add("normals: %d classes count by the class tables, 170 by the released ones [file=%s]"
                    .formatted(ids.size(), context));
        }
        return ids;
    }

    private static Set<Integer> common(Set<String> indoor, Path file) {
        JsonNode context = JsonFiles.read(file);
        if (!context.isObject()) {
            throw new DatasetException("class table: expected an object of ids by name [file=%s]".formatted(file));
        }
        Set<Integer> ids = new TreeSet<>();
        context.properties().forEach(entry -> {
            boolean valid = indoor.contains(entry.getKey()) && !entry.getKey().equals("unknown");
            if (!entry.getValue().canConvertToInt()) {
                throw new DatasetException("class table: value=%s, expected an id, name='%s' [file=%s]"
                        .formatted(entry.getValue(), entry.getKey(), file));
            }
            if (valid || entry.getKey().equals("tvmonitor")) {
                ids.add(entry.getValue().asInt());
            }
        });
        return Set.copyOf(ids);
    }

    /** The keys of an object or the texts of a list. */
    private static Set<String> names(Path file) {
        JsonNode table = JsonFiles.read(file);
        Set<String> names = new TreeSet<>();
        if (table.isObject()) {
            table.fieldNames().forEachRemaining(names::add);
        } else if (table.isArray()) {
            table.forEach(name -> names.add(name.asText()));
        } else {
            throw new DatasetException("class table: expected names [file=%s]".formatted(file));
        }
        return names;
    }
}
