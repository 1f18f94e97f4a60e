package dev.facet.exchange.checkpoint;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A pickle machine that can build containers, plain values and references to storages, and nothing else. A global is its name
 * and a call of it is a {@link PickleObject} that does nothing, so whatever programs keep beside weights can be read past; what
 * only an attack would name is refused. The machine keeps no call stack, and the number of values that it makes or copies is
 * bounded, so that a short input can't ask for much memory.
 */
final class Pickle {
    /** A name that the pickle refers to, for example {@code torch.FloatStorage}. */
    record Global(String name) {}

    /** A key that isn't text or a number. It is equal to itself only: hashing nested containers is not bounded. */
    private static final class OddKey {}

    private static final Object MARK = new Object();
    private static final int MAX_VALUES = 1 << 22;

    private final ByteBuffer in;
    private final Function<Object, Object> persistent;
    private final List<Object> stack = new ArrayList<>();
    private final Map<Integer, Object> memo = new HashMap<>();

    private int values;

    private Pickle(ByteBuffer in, Function<Object, Object> persistent) {
        this.in = in;
        this.persistent = persistent;
    }

    /**
     * Reads one pickle from the buffer's position, and leaves the position behind it.
     *
     * @param persistent resolves a persistent id, for torch a tuple that names a storage
     * @return maps, lists (tuples and sets too), strings, bytes, numbers, {@link Global}, {@link PickleObject}, what {@code
     *     persistent} gave, or null
     */
    static Object read(ByteBuffer in, Function<Object, Object> persistent) {
        in.order(ByteOrder.LITTLE_ENDIAN);
        try {
            return new Pickle(in, persistent).run();
        } catch (CheckpointException e) {
            throw e;
        } catch (RuntimeException e) {
            // An operand of the wrong kind, or none: whatever the machine stumbles over is a fault of the input.
            throw new CheckpointException("damaged pickle at byte %d".formatted(in.position()), e);
        }
    }

    private Object run() {
        while (true) {
            int op = in.get() & 0xFF;
            switch (op) {
                case '.' -> {
                    return pop();
                }
                case 0x80 -> checkProtocol(in.get());
                case 0x95 -> in.getLong();
                case '(' -> push(MARK);
                case '0' -> pop();
                case '1' -> popToMark();
                case '2' -> push(stack.get(stack.size() - 1));
                case 'N' -> push(null);
                case 0x88 -> push(Boolean.TRUE);
                case 0x89 -> push(Boolean.FALSE);
                case 'J' -> push((long) in.getInt());
                case 'K' -> push((long) (in.get() & 0xFF));
                case 'M' -> push((long) (in.getShort() & 0xFFFF));
                case 0x8A -> push(longOf(in.get() & 0xFF));
                case 0x8B -> push(longOf(in.getInt()));
                case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(in.getLong())));
                case 'I', 'L' -> push(decimal(line()));
                case 'F' -> push(Double.valueOf(line()));
                case 'X' -> push(text(in.getInt()));
                case 0x8C -> push(text(in.get() & 0xFF));
                case 0x8D -> push(text(Math.toIntExact(in.getLong())));
                case 'U' -> push(new String(bytes(in.get() & 0xFF), StandardCharsets.ISO_8859_1));
                case 'T' -> push(new String(bytes(in.getInt()), StandardCharsets.ISO_8859_1));
                case 'S', 'V' -> push(line());
                case 'C' -> push(bytes(in.get() & 0xFF));
                case 'B' -> push(bytes(in.getInt()));
                case 0x8E, 0x96 -> push(bytes(Math.toIntExact(in.getLong())));
                // Out-of-band bytes: there are none in a file.
                case 0x97 -> push(null);
                case 0x98 -> push(pop());
                case '}' -> push(new LinkedHashMap<>());
                case ']', 0x8F -> push(new ArrayList<>());
                case ')' -> push(List.of());
                case 't', 'l', 0x91 -> push(popToMark());
                case 'd' -> push(mapOf(popToMark()));
                case 0x85 -> push(tuple(1));
                case 0x86 -> push(tuple(2));
                case 0x87 -> push(tuple(3));
                case 'a' -> append(tuple(1));
                case 'e', 0x90 -> append(popToMark());
                case 's' -> setItems(tuple(2));
                case 'u' -> setItems(popToMark());
                case 'q' -> remember(in.get() & 0xFF);
                case 'r' -> remember(in.getInt());
                case 'p' -> remember(decimal(line()).intValue());
                case 0x94 -> remember(memo.size());
                case 'h' -> recall(in.get() & 0xFF);
                case 'j' -> recall(in.getInt());
                case 'g' -> recall(decimal(line()).intValue());
                case 'c' -> push(global(line(), line()));
                case 0x93 -> stackGlobal();
                case 'R', 0x81 -> call(2);
                case 0x92 -> call(3);
                case 'i' -> push(new PickleObject(global(line(), line()), popToMark()));
                case 'o' -> object(popToMark());
                case 'b' -> build(tuple(1).get(0));
                case 'Q' -> push(persistent.apply(pop()));
                case 'P' -> push(persistent.apply(line()));
                default ->
                    throw new CheckpointException(
                            "pickle opcode is refused: value=0x%02x at byte %d".formatted(op, in.position() - 1));
            }
        }
    }

    private void checkProtocol(byte protocol) {
        if (protocol < 0 || protocol > 5) {
            throw new CheckpointException("pickle protocol: value=%d, expected 0..5".formatted(protocol));
        }
    }

    private void push(Object value) {
        spend(1);
        stack.add(value);
    }

    private void spend(int count) {
        values += count;
        if (values < 0 || values > MAX_VALUES) {
            throw new CheckpointException("pickle makes too many values: expected at most %d".formatted(MAX_VALUES));
        }
    }

    private Object pop() {
        return stack.remove(stack.size() - 1);
    }

    private List<Object> tuple(int length) {
        List<Object> tail = stack.subList(stack.size() - length, stack.size());
        List<Object> result = new ArrayList<>(tail);
        tail.clear();
        return result;
    }

    private List<Object> popToMark() {
        int mark = stack.lastIndexOf(MARK);
        if (mark < 0) {
            throw new CheckpointException("damaged pickle: no mark at byte %d".formatted(in.position()));
        }
        List<Object> result = tuple(stack.size() - mark - 1);
        pop();
        return result;
    }

    private void append(List<Object> items) {
        if (stack.get(stack.size() - 1) instanceof PickleObject object) {
            object.append(items);
            return;
        }
        @SuppressWarnings("unchecked")
        List<Object> list = (List<Object>) stack.get(stack.size() - 1);
        list.addAll(items);
    }

    private void setItems(List<Object> items) {
        Object target = stack.get(stack.size() - 1);
        if (target instanceof PickleObject object) {
            object.put(mapOf(items));
        } else if (target instanceof Map<?, ?>) {
            @SuppressWarnings("unchecked")
            Map<Object, Object> map = (Map<Object, Object>) target;
            map.putAll(mapOf(items));
        } else {
            throw new CheckpointException("damaged pickle: items set on something that isn't a dictionary");
        }
    }

    /** Gives the object on the stack its state. A dictionary keeps its items only: what torch attaches is a version. */
    private void build(Object state) {
        if (stack.get(stack.size() - 1) instanceof PickleObject object) {
            object.build(state);
        }
    }

    private static Map<Object, Object> mapOf(List<Object> items) {
        if (items.size() % 2 != 0) {
            throw new CheckpointException("damaged pickle: a key without a value");
        }
        Map<Object, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < items.size(); i += 2) {
            Object key = items.get(i);
            boolean plain =
                    key instanceof String || key instanceof Long || key instanceof Double || key instanceof Boolean;
            map.put(plain ? key : new OddKey(), items.get(i + 1));
        }
        return map;
    }

    private void remember(int slot) {
        if (slot < 0) {
            throw new CheckpointException("damaged pickle: memo slot %d".formatted(slot));
        }
        memo.put(slot, stack.get(stack.size() - 1));
    }

    private void recall(int slot) {
        if (!memo.containsKey(slot)) {
            throw new CheckpointException("damaged pickle: nothing in memo slot %d".formatted(slot));
        }
        push(memo.get(slot));
    }

    private void stackGlobal() {
        List<Object> names = tuple(2);
        push(global((String) names.get(0), (String) names.get(1)));
    }

    private static Global global(String module, String name) {
        String full = module + "." + name;
        if (PickleGlobals.isHostile(module, name)) {
            throw new CheckpointException(
                    "checkpoint wants to run something when it is loaded: '%s', refused".formatted(full));
        }
        return new Global(full);
    }

    /** Calls what lies below its arguments; of three parts the last are named arguments. */
    private void call(int count) {
        List<Object> parts = tuple(count);
        Object function = parts.get(0);
        @SuppressWarnings("unchecked")
        List<Object> arguments = (List<Object>) parts.get(1);
        if (function instanceof Global global && PickleGlobals.isDictionary(global.name())) {
            push(orderedDictionary(arguments));
        } else {
            push(new PickleObject(function, Collections.unmodifiableList(arguments)));
        }
    }

    private void object(List<Object> parts) {
        push(new PickleObject(parts.get(0), Collections.unmodifiableList(parts.subList(1, parts.size()))));
    }

    private Map<Object, Object> orderedDictionary(List<Object> arguments) {
        Map<Object, Object> map = new LinkedHashMap<>();
        if (!arguments.isEmpty() && arguments.get(0) instanceof Map<?, ?> items) {
            spend(items.size());
            map.putAll(items);
        } else if (!arguments.isEmpty() && arguments.get(0) instanceof List<?> pairs) {
            spend(pairs.size());
            for (Object pair : pairs) {
                List<?> entry = (List<?>) pair;
                if (entry.size() != 2) {
                    throw new CheckpointException("damaged pickle: a dictionary from something else than pairs");
                }
                map.putAll(mapOf(new ArrayList<>(entry)));
            }
        }
        return map;
    }

    private byte[] bytes(int length) {
        if (length < 0 || length > in.remaining()) {
            throw new CheckpointException(
                    "damaged pickle: %d bytes announced at byte %d".formatted(length, in.position()));
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private String text(int length) {
        return new String(bytes(length), StandardCharsets.UTF_8);
    }

    private Number longOf(int length) {
        byte[] little = bytes(length);
        if (little.length == 0) {
            return 0L;
        }
        byte[] big = new byte[little.length];
        for (int i = 0; i < big.length; i++) {
            big[i] = little[little.length - 1 - i];
        }
        BigInteger value = new BigInteger(big);
        return value.bitLength() < 64 ? (Number) value.longValue() : value;
    }

    private static Number decimal(String line) {
        String digits = line.endsWith("L") ? line.substring(0, line.length() - 1) : line;
        try {
            // A line is short, so that a long number is not dear.
            BigInteger value = new BigInteger(digits);
            return value.bitLength() < 64 ? (Number) value.longValue() : value;
        } catch (NumberFormatException e) {
            throw new CheckpointException("damaged pickle: '%s' is not a number".formatted(line), e);
        }
    }

    private String line() {
        StringBuilder line = new StringBuilder();
        for (byte next = in.get(); next != '\n'; next = in.get()) {
            line.append((char) (next & 0xFF));
            if (line.length() > 1024) {
                throw new CheckpointException("damaged pickle: line too long at byte %d".formatted(in.position()));
            }
        }
        return line.toString();
    }
}
