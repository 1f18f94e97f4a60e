package dev.facet.exchange.checkpoint;

import dev.facet.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds a network among the tensors of a checkpoint: a prefix that the names of an encoder's first and last convolution have in
 * common. Where there is no encoder, it is what lies in the usual dictionary, or everything.
 */
final class NetworkSearch {
    /** Keys that weights usually lie under, the more usual first. */
    private static final List<String> KEYS = List.of(
            "state_dict", "model", "model_state_dict", "net", "network", "params", "weights", "module", "backbone");

    /** What wrappers put in front of every name. */
    private static final List<String> WRAPPERS = List.of("module.", "_orig_mod.", "model.", "state_dict.");

    private static final Pattern LAST = Pattern.compile("(?:^|.*?\\.)(?=layer4\\.1\\.conv2\\.)");
    private static final Pattern ENCODER = Pattern.compile("(conv1|bn1|layer[1-4]\\.\\d+)\\..*");

    private final CheckpointEntries entries;
    private final CheckpointChoice choice;

    private NetworkSearch(CheckpointEntries entries, CheckpointChoice choice) {
        this.entries = entries;
        this.choice = choice;
    }

    /**
     * @throws CheckpointException if nothing fits, or more than one network does, or a tensor that the encoder needs can't be
     *     read
     */
    static CheckpointContent find(CheckpointEntries entries, CheckpointChoice choice) {
        return new NetworkSearch(entries, choice).find();
    }

    private CheckpointContent find() {
        if (entries.tensors().isEmpty()) {
            throw new CheckpointException("no tensors: expected a state dictionary, or one under %s".formatted(KEYS));
        }
        Set<String> all = encoders();
        List<String> wanted = all.stream().filter(this::isWanted).toList();
        if (wanted.size() > 1) {
            int best = wanted.stream().mapToInt(NetworkSearch::rank).min().orElseThrow();
            wanted = wanted.stream().filter(prefix -> rank(prefix) == best).toList();
        }
        if (wanted.size() > 1) {
            throw new CheckpointException(
                    "more than one network fits: prefixes=%s, expected --prefix (or --key) to name one"
                            .formatted(wanted));
        }
        return wanted.isEmpty() ? content(otherwise(all), false) : content(wanted.get(0), true);
    }

    /** Prefixes of encoders, in the order of the file. */
    private Set<String> encoders() {
        Set<String> first = new LinkedHashSet<>();
        Set<String> last = new LinkedHashSet<>();
        for (CheckpointEntry entry : entries.tensors()) {
            String name = entry.name();
            for (int at = name.indexOf("conv1."); at >= 0; at = name.indexOf("conv1.", at + 1)) {
                if (at == 0 || name.charAt(at - 1) == '.') {
                    first.add(name.substring(0, at));
                }
            }
            Matcher matcher = LAST.matcher(name);
            if (matcher.lookingAt()) {
                last.add(matcher.group());
            }
        }
        last.retainAll(first);
        return last;
    }

    private boolean isWanted(String prefix) {
        String key = choice.key().orElse("");
        if (!prefix.startsWith(key)) {
            return false;
        }
        return choice.prefix()
                .map(wanted -> prefix.equals(wanted)
                        || prefix.equals(key + wanted)
                        || !wanted.isEmpty() && prefix.endsWith("." + wanted))
                .orElse(true);
    }

    private static int rank(String prefix) {
        int dot = prefix.indexOf('.');
        int rank = dot < 0 ? -1 : KEYS.indexOf(prefix.substring(0, dot));
        return rank < 0 ? KEYS.size() : rank;
    }

    /** The prefix where no encoder fits: what was asked for, or the usual dictionary and what wrappers put in front. */
    private String otherwise(Set<String> encoders) {
        String prefix = choice.key().orElseGet(this::usualDictionary);
        if (choice.prefix().isPresent()) {
            prefix = starts(prefix + choice.prefix().get()) || choice.key().isPresent()
                    ? prefix + choice.prefix().get()
                    : choice.prefix().get();
        }
        if (!starts(prefix)) {
            throw new CheckpointException("no tensor's name begins with '%s': expected %s"
                    .formatted(
                            prefix, encoders.isEmpty() ? "for example one of " + beginnings() : "one of " + encoders));
        }
        if (choice.prefix().isEmpty()) {
            Optional<String> wrapper = wrapper(prefix);
            while (wrapper.isPresent()) {
                prefix += wrapper.get();
                wrapper = wrapper(prefix);
            }
        }
        return prefix;
    }

    private String usualDictionary() {
        for (String key : KEYS) {
            if (entries.tensors().stream().anyMatch(entry -> entry.dictionary().equals(key))) {
                return key + ".";
            }
        }
        return "";
    }

    private Optional<String> wrapper(String prefix) {
        return WRAPPERS.stream()
                .filter(wrapper -> entries.tensors().stream()
                        .filter(entry -> entry.name().startsWith(prefix))
                        .allMatch(entry -> entry.name().startsWith(prefix + wrapper)))
                .findFirst();
    }

    private boolean starts(String prefix) {
        return entries.tensors().stream().anyMatch(entry -> entry.name().startsWith(prefix));
    }

    private List<String> beginnings() {
        return entries.tensors().stream()
                .map(entry -> entry.name().replaceFirst("\\..*", "."))
                .distinct()
                .limit(8)
                .toList();
    }

    private CheckpointContent content(String prefix, boolean encoder) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        List<String> left = new ArrayList<>();
        Map<String, String> unreadable = new LinkedHashMap<>();
        long total = 0;
        for (CheckpointEntry entry : entries.tensors()) {
            if (!entry.name().startsWith(prefix) || entry.name().length() == prefix.length()) {
                left.add(entry.name());
                continue;
            }
            String name = entry.name().substring(prefix.length());
            if (entry.fault().isPresent() && !(encoder && ENCODER.matcher(name).matches())) {
                unreadable.put(entry.name(), entry.fault().get());
                continue;
            }
            Tensor tensor = entry.tensor().get();
            // Many tensors may be views of one storage: each is a copy here.
            total += tensor.sizeBytes();
            if (total > CheckpointReader.MAX_BYTES) {
                throw new CheckpointException(
                        "tensors too large: expected at most %d bytes".formatted(CheckpointReader.MAX_BYTES));
            }
            if (tensors.put(name, tensor) != null) {
                throw new CheckpointException("two tensors have one name: '%s'".formatted(entry.name()));
            }
        }
        if (tensors.isEmpty()) {
            throw new CheckpointException("no tensor can be read: %s".formatted(unreadable));
        }
        return new CheckpointContent(tensors, prefix, left, unreadable, entries.others());
    }
}
