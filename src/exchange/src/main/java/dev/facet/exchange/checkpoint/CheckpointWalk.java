package dev.facet.exchange.checkpoint;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Visits everything that a pickle gave, by its path of keys. A pickle may share and nest its parts at will, and hold itself:
 * depth and number of visits are bounded, an object is entered once, and a container never within itself.
 */
final class CheckpointWalk {
    private static final int MAX_DEPTH = 64;
    private static final int MAX_VISITS = 1 << 23;
    private static final Set<String> MODULE_DICTIONARIES = Set.of("_modules", "_parameters", "_buffers");

    /** Looks at a value. */
    @FunctionalInterface
    interface Visitor {
        /**
         * @param path keys, outermost first; valid during the call
         * @return whether it is a tensor, so that there is nothing to find inside
         */
        boolean visit(List<String> path, Object value);
    }

    private final Visitor visitor;
    private final List<String> path = new ArrayList<>();
    private final Set<Object> objects = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Object> around = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<String> found = new LinkedHashSet<>();
    private final Set<String> seen = new LinkedHashSet<>();
    private int visits;

    CheckpointWalk(Visitor visitor) {
        this.visitor = visitor;
    }

    /** Visits all, and returns the outermost keys that hold no tensors. */
    Set<String> walk(Object root) {
        if (!(root instanceof Map<?, ?> || root instanceof PickleObject)) {
            throw new CheckpointException("checkpoint is not a dictionary");
        }
        inside(root);
        seen.removeAll(found);
        return seen;
    }

    private void step(String key, Object value) {
        path.add(key);
        if (path.size() == 1) {
            seen.add(key);
        }
        if (visitor.visit(path, value)) {
            found.add(path.get(0));
        } else {
            inside(value);
        }
        path.remove(path.size() - 1);
    }

    private void inside(Object container) {
        if (path.size() >= MAX_DEPTH || !around.add(container)) {
            return;
        }
        if (container instanceof Map<?, ?> map) {
            each(map, this::step);
        } else if (container instanceof List<?> list) {
            each(list);
        } else if (container instanceof PickleObject object && objects.add(object)) {
            each(object.items(), this::step);
            each(object.elements());
            each(object.attributes(), (name, value) -> {
                // A module's own dictionaries are no part of the names that its parameters have.
                if (MODULE_DICTIONARIES.contains(name) && value instanceof Map<?, ?> own) {
                    each(own, this::step);
                } else {
                    step(name, value);
                }
            });
        }
        around.remove(container);
    }

    private void each(Map<?, ?> map, BiConsumer<String, Object> action) {
        spend(map.keySet());
        map.forEach((key, value) -> {
            boolean plain = key instanceof String || key instanceof Number || key instanceof Boolean;
            action.accept(plain ? key.toString() : "?", value);
        });
    }

    private void each(List<?> list) {
        spend(list);
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i) instanceof Map || list.get(i) instanceof List || list.get(i) instanceof PickleObject) {
                step(Integer.toString(i), list.get(i));
            }
        }
    }

    private void spend(Collection<?> next) {
        visits += next.size() + 1;
        if (visits < 0 || visits > MAX_VISITS) {
            throw new CheckpointException(
                    "checkpoint nests too many values: expected at most %d".formatted(MAX_VISITS));
        }
    }
}
