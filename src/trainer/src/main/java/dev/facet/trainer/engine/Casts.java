package dev.facet.trainer.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Casts that gradients pass through. DJL's own cut the graph, and its native part knows no bfloat16; TorchScript does both, so each
 * cast is a module of one operator, written here and loaded once per process.
 */
final class Casts {
    private static final int FLOAT = 6;
    private static final int BFLOAT16 = 15;
    private static final byte[] NOTHING = {(byte) 0x80, 2, ')', '.'};

    /** An object of class {@code Cast} with {@code training = True}, in pickle's protocol 2. */
    private static final byte[] CAST = "\u0080\u0002c__torch__\nCast\n)\u0081}(X\u0008\0\0\0training\u0088ub."
            .getBytes(StandardCharsets.ISO_8859_1);

    private static Casts loaded;

    private final PtSymbolBlock narrow;
    private final PtSymbolBlock widen;

    private Casts(NDManager manager) {
        // One operator has nothing to optimise; without this the first runs of each shape are profiled and compiled.
        JniUtils.setGraphExecutorOptimize(false);
        this.narrow = load(manager, BFLOAT16);
        this.widen = load(manager, FLOAT);
    }

    /** The casts of this process. Like all that computes with gradients, for the thread that trains. */
    static synchronized Casts get() {
        if (loaded == null) {
            // Not TorchEngine's: that ends the recording of gradients, which may be on already.
            loaded = new Casts(NDManager.newBaseManager(Device.cpu(), "PyTorch"));
        }
        return loaded;
    }

    /** To bfloat16. */
    NDArray narrow(NDArray x) {
        return IValueUtils.forward(narrow, new NDList(x), true).singletonOrThrow();
    }

    /** To fp32. */
    NDArray widen(NDArray x) {
        return IValueUtils.forward(widen, new NDList(x), true).singletonOrThrow();
    }

    private static PtSymbolBlock load(NDManager manager, int type) {
        try {
            return JniUtils.loadModule((PtNDManager) manager, new ByteArrayInputStream(module(type)), false, false);
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    /** A TorchScript archive: an object, its class, its constants and the version of the format. */
    private static byte[] module(int type) throws IOException {
        String source = """
                class Cast(Module):
                  __parameters__ = []
                  __buffers__ = []
                  training : bool
                  def forward(self: __torch__.Cast,
                    x: Tensor) -> Tensor:
                    return torch.to(x, %d, False, False, None)
                """.formatted(type);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            put(zip, "cast/data.pkl", CAST);
            put(zip, "cast/code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
            put(zip, "cast/constants.pkl", NOTHING);
            put(zip, "cast/version", "3\n".getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 checksum = new CRC32();
        checksum.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setSize(content.length);
        entry.setCrc(checksum.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
