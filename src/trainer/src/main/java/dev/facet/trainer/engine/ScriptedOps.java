package dev.facet.trainer.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
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
 * Operators that DJL doesn't offer, with gradients: each is a TorchScript module of one function, written here and loaded once per
 * process. Whole numbers are given as the extents of empty arrays, since a module takes arrays only.
 */
final class ScriptedOps {
    private static final byte[] NOTHING = {(byte) 0x80, 2, ')', '.'};

    /** An object of class {@code Operator} with {@code training = True}, in pickle's protocol 2. */
    private static final byte[] OBJECT = "\u0080\u0002c__torch__\nOperator\n)\u0081}(X\u0008\0\0\0training\u0088ub."
            .getBytes(StandardCharsets.ISO_8859_1);

    /**
     * To bfloat16 (15), maps and filters with the channels last in memory (2): the processor's matrix instructions want them so, and
     * the engine would otherwise reorder them for every convolution.
     */
    private static final String NARROW = """
            x: Tensor) -> Tensor:
                if torch.eq(torch.dim(x), 4):
                  y = torch.to(x, 15, False, False, 2)
                else:
                  y = torch.to(x, 15, False, False, None)
                return y
            """;

    /** To fp32 (6). */
    private static final String WIDEN = """
            x: Tensor) -> Tensor:
                return torch.to(x, 6, False, False, None)
            """;

    /** Without antialiasing, which matters for shrinking only and whose gradient is several times slower. */
    private static final String ENLARGE = """
            x: Tensor, size: Tensor) -> Tensor:
                h = torch.size(size, 0)
                w = torch.size(size, 1)
                return torch.upsample_bilinear2d(x, [h, w], False, None, None)
            """;

    /**
     * A dilated convolution reads each residue of rows and columns modulo its rate on its own, so it is a plain one over the residues
     * side by side. The engine has slow gradients of dilated depthwise convolutions, and fast ones of plain ones.
     */
    private static final String DILATED_DEPTHWISE = """
            x: Tensor, weight: Tensor, rate: Tensor) -> Tensor:
                r = torch.size(rate, 0)
                n = torch.size(x, 0)
                c = torch.size(x, 1)
                h = torch.size(x, 2)
                w = torch.size(x, 3)
                rows = torch.floordiv(torch.sub(torch.add(h, r), 1), r)
                columns = torch.floordiv(torch.sub(torch.add(w, r), 1), r)
                below = torch.sub(torch.mul(rows, r), h)
                right = torch.sub(torch.mul(columns, r), w)
                a = torch.constant_pad_nd(torch.permute(x, [0, 2, 3, 1]), [0, 0, 0, right, 0, below], 0)
                b = torch.permute(torch.reshape(a, [n, rows, r, columns, r, c]), [0, 2, 4, 1, 3, 5])
                m = torch.mul(torch.mul(n, r), r)
                d = torch.permute(torch.reshape(b, [m, rows, columns, c]), [0, 3, 1, 2])
                e = torch.conv2d(d, weight, None, [1, 1], [1, 1], [1, 1], c)
                f = torch.reshape(torch.permute(e, [0, 2, 3, 1]), [n, r, r, rows, columns, c])
                g = torch.permute(f, [0, 3, 1, 4, 2, 5])
                k = torch.reshape(g, [n, torch.mul(rows, r), torch.mul(columns, r), c])
                s = torch.slice(torch.slice(k, 1, 0, h, 1), 2, 0, w, 1)
                return torch.permute(s, [0, 3, 1, 2])
            """;

    private static ScriptedOps loaded;

    private final PtSymbolBlock narrow;
    private final PtSymbolBlock widen;
    private final PtSymbolBlock enlarge;
    private final PtSymbolBlock dilatedDepthwise;

    private ScriptedOps(NDManager manager) {
        // So few operators have nothing to optimise; without this the first runs of each shape are profiled and
        // compiled.
        JniUtils.setGraphExecutorOptimize(false);
        this.narrow = load(manager, NARROW);
        this.widen = load(manager, WIDEN);
        this.enlarge = load(manager, ENLARGE);
        this.dilatedDepthwise = load(manager, DILATED_DEPTHWISE);
    }

    /** The operators of this process. Like all that computes with gradients, for the thread that trains. */
    static synchronized ScriptedOps get() {
        if (loaded == null) {
            // Not TorchEngine's: that ends the recording of gradients, which may be on already.
            loaded = new ScriptedOps(NDManager.newBaseManager(Device.cpu(), "PyTorch"));
        }
        return loaded;
    }

    /** To bfloat16. */
    NDArray narrow(NDArray x) {
        return run(narrow, x);
    }

    /** To fp32. */
    NDArray widen(NDArray x) {
        return run(widen, x);
    }

    /** Bilinear, half-pixel centres. */
    NDArray enlarge(NDArray x, long height, long width) {
        try (NDArray size = empty(x, height, width)) {
            return run(enlarge, x, size);
        }
    }

    /** A 3×3 depthwise convolution [C, 1, 3, 3] that keeps the size. */
    NDArray dilatedDepthwise(NDArray x, NDArray weight, int rate) {
        try (NDArray extent = empty(x, rate)) {
            return run(dilatedDepthwise, x, weight, extent);
        }
    }

    /** An array without values whose first extents are these numbers. */
    private static NDArray empty(NDArray like, long... numbers) {
        long[] extents = new long[numbers.length + 1];
        System.arraycopy(numbers, 0, extents, 0, numbers.length);
        return like.getManager().create(new Shape(extents), DataType.FLOAT32);
    }

    private static NDArray run(PtSymbolBlock operator, NDArray... inputs) {
        return IValueUtils.forward(operator, new NDList(inputs), true).singletonOrThrow();
    }

    private static PtSymbolBlock load(NDManager manager, String function) {
        try {
            return JniUtils.loadModule((PtNDManager) manager, new ByteArrayInputStream(module(function)), false, false);
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    /** A TorchScript archive: an object, its class, its constants and the version of the format. */
    private static byte[] module(String function) throws IOException {
        String source = """
                class Operator(Module):
                  __parameters__ = []
                  __buffers__ = []
                  training : bool
                  def forward(self: __torch__.Operator,
                    %s""".formatted(function);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            put(zip, "operator/data.pkl", OBJECT);
            put(zip, "operator/code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
            put(zip, "operator/constants.pkl", NOTHING);
            put(zip, "operator/version", "3\n".getBytes(StandardCharsets.UTF_8));
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
