package dev.facet.server.inference.grpc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.facet.protocol.inference.ModelRepositoryParameter;
import dev.facet.protocol.inference.RepositoryModelLoadRequest;
import dev.facet.server.grpc.GrpcMessage;
import dev.facet.server.inference.LoadFiles;
import dev.facet.server.inference.LoadRequest;
import dev.facet.server.inference.LoadRequest.UploadedFile;
import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads a {@code RepositoryModelLoadRequest} that was received in a file, frame and all. The files in it go to files of their own, and
 * are never in memory: by hand, since the generated reader holds a message whole.
 */
final class LoadMessage {
    private static final int MAX_TEXT = 64 << 10;
    private static final int MAX_FILES = 8;
    private static final int CHUNK = 64 << 10;

    private final LoadFiles storage;
    private final List<UploadedFile> files = new ArrayList<>();
    private String model = "";
    private Optional<String> config = Optional.empty();

    private LoadMessage(LoadFiles storage) {
        this.storage = storage;
    }

    /**
     * What was read.
     *
     * @param model its name
     * @param request the caller closes it
     */
    record Read(String model, LoadRequest request) {}

    /** @throws ProblemException 400 for another message, 413 for a file that is too large */
    static Read read(Path body, LoadFiles storage) throws IOException {
        LoadMessage message = new LoadMessage(storage);
        try (InputStream in = Files.newInputStream(body)) {
            message.readFrame(in, Files.size(body));
            return new Read(message.model, new LoadRequest(message.config, message.files));
        } catch (InvalidProtocolBufferException e) {
            message.discard();
            throw invalid("message isn't a RepositoryModelLoadRequest, or is damaged");
        } catch (IOException | RuntimeException | Error e) {
            message.discard();
            throw e;
        }
    }

    private void discard() throws IOException {
        new LoadRequest(Optional.empty(), files).close();
    }

    private void readFrame(InputStream in, long size) throws IOException {
        byte[] prefix = in.readNBytes(GrpcMessage.PREFIX);
        if (prefix.length < GrpcMessage.PREFIX) {
            throw invalid("message is missing");
        }
        GrpcMessage message = GrpcMessage.of(ByteBuffer.wrap(prefix));
        if (message.compressed()) {
            throw new ProblemException(
                    501,
                    ProblemCode.UNSUPPORTED_ENCODING,
                    "a model's file is sent as it is: expected no grpc-encoding");
        }
        if (message.length() != size - GrpcMessage.PREFIX) {
            throw invalid("message isn't whole");
        }
        CodedInputStream coded = CodedInputStream.newInstance(in);
        coded.setSizeLimit(Integer.MAX_VALUE);
        readAll(coded);
    }

    private void readAll(CodedInputStream in) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case RepositoryModelLoadRequest.MODEL_NAME_FIELD_NUMBER -> model = text(in);
                case RepositoryModelLoadRequest.PARAMETERS_FIELD_NUMBER -> readParameter(in);
                default -> in.skipField(tag);
            }
        }
    }

    /** Every writer puts the name before the value; a value without a name before it is refused. */
    private void readParameter(CodedInputStream in) throws IOException {
        String name = "";
        int outer = in.pushLimit(in.readRawVarint32());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> name = text(in);
                case 2 -> readValue(name, in);
                default -> in.skipField(tag);
            }
        }
        in.popLimit(outer);
    }

    private void readValue(String name, CodedInputStream in) throws IOException {
        int outer = in.pushLimit(in.readRawVarint32());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int field = WireFormat.getTagFieldNumber(tag);
            if (name.equals("config") && field == ModelRepositoryParameter.STRING_PARAM_FIELD_NUMBER) {
                config = Optional.of(text(in));
            } else if (name.startsWith(LoadFiles.PREFIX)
                    && field == ModelRepositoryParameter.BYTES_PARAM_FIELD_NUMBER) {
                if (files.size() == MAX_FILES) {
                    throw invalid("more than %d files".formatted(MAX_FILES));
                }
                files.add(storage.store(name, out -> copy(in, out)));
            } else {
                throw ProblemException.parameter(
                        "parameters", name, "only config as a text, file:VERSION/NAME as bytes");
            }
        }
        in.popLimit(outer);
    }

    private static void copy(CodedInputStream in, OutputStream out) throws IOException {
        int left = in.readRawVarint32();
        while (left > 0) {
            byte[] chunk = in.readRawBytes(Math.min(CHUNK, left));
            out.write(chunk);
            left -= chunk.length;
        }
    }

    private static String text(CodedInputStream in) throws IOException {
        int length = in.readRawVarint32();
        if (length < 0 || length > MAX_TEXT) {
            throw invalid("a text is longer than %d bytes".formatted(MAX_TEXT));
        }
        return new String(in.readRawBytes(length), StandardCharsets.UTF_8);
    }

    private static ProblemException invalid(String what) {
        return new ProblemException(400, ProblemCode.INVALID_BODY, what);
    }
}
