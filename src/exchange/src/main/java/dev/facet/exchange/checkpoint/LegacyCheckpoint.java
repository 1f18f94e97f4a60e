package dev.facet.exchange.checkpoint;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * PyTorch's format before 1.6: pickles of a magic number, a protocol version, system information, the object and the keys
 * of its storages, then for each key the number of elements (int64) and the values.
 */
final class LegacyCheckpoint {
    private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
    private static final long PROTOCOL = 1001;

    private LegacyCheckpoint() {}

    static CheckpointEntries read(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        Object magic = Pickle.read(in, id -> id);
        if (!MAGIC.equals(magic)) {
            throw new CheckpointException("pickle without PyTorch's magic number: not a checkpoint");
        }
        if (!Long.valueOf(PROTOCOL).equals(Pickle.read(in, id -> id))) {
            throw new CheckpointException(
                    "unknown version of PyTorch's pickle format: expected %d".formatted(PROTOCOL));
        }
        if (Pickle.read(in, id -> id) instanceof Map<?, ?> system
                && Boolean.FALSE.equals(system.get("little_endian"))) {
            throw new CheckpointException("big-endian checkpoint: expected little-endian values");
        }
        Map<String, StateDictionary.Storage> announced = new HashMap<>();
        Object object = Pickle.read(in, id -> {
            StateDictionary.Storage storage = StateDictionary.Storage.of(id);
            if (storage != null) {
                announced.put(storage.key(), storage);
            }
            return storage;
        });
        if (!(Pickle.read(in, id -> id) instanceof List<?> keys)) {
            throw new CheckpointException("damaged checkpoint: no list of storages");
        }
        Map<String, ByteBuffer> storages = new HashMap<>();
        in.order(ByteOrder.LITTLE_ENDIAN);
        for (Object key : keys) {
            StateDictionary.Storage storage =
                    key instanceof String || key instanceof Long ? announced.get(key.toString()) : null;
            if (storage == null || in.remaining() < Long.BYTES) {
                throw new CheckpointException("damaged checkpoint: a storage is unknown or missing");
            }
            long elements = in.getLong();
            long length = elements * PickleGlobals.elementBytes(storage.typeName());
            if (length == 0 && elements != 0) {
                throw new CheckpointException("unknown storage type: '%s'".formatted(storage.typeName()));
            }
            if (elements < 0 || elements > bytes.length || length > in.remaining()) {
                throw new CheckpointException("damaged checkpoint: storage '%s' of %d elements reaches beyond the file"
                        .formatted(key, elements));
            }
            storages.put(storage.key(), in.slice(in.position(), (int) length));
            in.position(in.position() + (int) length);
        }
        return StateDictionary.entries(object, storage -> {
            ByteBuffer values = storages.get(storage.key());
            if (values == null) {
                throw new CheckpointException("checkpoint lacks the storage '%s'".formatted(storage.key()));
            }
            return values.duplicate();
        });
    }
}
