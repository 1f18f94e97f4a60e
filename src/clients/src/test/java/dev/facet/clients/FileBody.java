package dev.facet.clients;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;

/**
 * Lets a generated Java client send a file as its bytes. The generator's library {@code native} gives every body to Jackson, which
 * would write the file's name; registered with the client's mapper, this writes what is in the file.
 */
public final class FileBody extends StdSerializer<File> {
    private static final long serialVersionUID = 1;

    private FileBody() {
        super(File.class);
    }

    /** The module for the client's mapper. */
    public static SimpleModule module() {
        return new SimpleModule().addSerializer(File.class, new FileBody());
    }

    @Override
    public void serialize(File file, JsonGenerator generator, SerializerProvider provider) throws IOException {
        generator.flush();
        Files.copy(file.toPath(), (OutputStream) generator.getOutputTarget());
    }
}
