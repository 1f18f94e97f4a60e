package dev.facet.exchange.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a pickle would have built by calling something: the call and what was attached to its result. Nothing is called. */
final class PickleObject {
    private final Object function;
    private final List<Object> arguments;
    private Map<Object, Object> items = Map.of();
    private List<Object> elements = List.of();
    private Object state;

    /**
     * @param function {@link Pickle.Global}, or whatever else the pickle calls
     * @param arguments in order
     */
    PickleObject(Object function, List<Object> arguments) {
        this.function = function;
        this.arguments = arguments;
    }

    /** The name of what was called; empty where that has none. */
    String name() {
        return function instanceof Pickle.Global global ? global.name() : "";
    }

    List<Object> arguments() {
        return arguments;
    }

    /** The argument at an index, or null. */
    Object argument(int index) {
        return index < arguments.size() ? arguments.get(index) : null;
    }

    void put(Map<Object, Object> more) {
        if (items.isEmpty()) {
            items = new LinkedHashMap<>();
        }
        items.putAll(more);
    }

    void append(List<Object> more) {
        if (elements.isEmpty()) {
            elements = new ArrayList<>();
        }
        elements.addAll(more);
    }

    /** What was appended to something like a list. */
    List<Object> elements() {
        return elements;
    }

    void build(Object state) {
        this.state = state;
    }

    /** Items of something like a dictionary, such as a settings object. */
    Map<Object, Object> items() {
        return items;
    }

    /** The object's attributes; empty where it has none or none with names. */
    Map<?, ?> attributes() {
        if (state instanceof Map<?, ?> map) {
            return map;
        }
        // Attributes, and those in slots.
        return state instanceof List<?> pair && pair.size() == 2 && pair.get(0) instanceof Map<?, ?> map
                ? map
                : Map.of();
    }
}
