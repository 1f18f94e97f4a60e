package dev.facet.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

/** Pixels are those of libjpeg-turbo, libpng, libwebp and libtiff (see make_reference.py): the greatest difference is none. */
class ReferencePixelsTest {
    @Test
    void everyPixelIsThatOfTheReferenceLibrary() throws IOException, NoSuchAlgorithmException {
        Map<String, byte[]> files = files();
        String[] lines = new String(files.get("digests.txt"), StandardCharsets.US_ASCII).split("\n");
        assertThat(lines).hasSizeGreaterThan(240);
        List<String> different = new ArrayList<>();
        for (String line : lines) {
            String[] expected = line.split(" ");
            byte[] image = files.get(expected[0]);
            Raster raster = ImageDecoder.read(image, ImageLimits.DEFAULT);
            ImageHeader header = ImageHeader.read(image, ImageLimits.DEFAULT);
            assertThat(header.height() + "×" + header.width())
                    .as(expected[0])
                    .isEqualTo(raster.height() + "×" + raster.width());
            int tolerance = Integer.parseInt(expected[4]);
            String digest = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(raster.rgb()), 0, 8);
            boolean same = digest.equals(expected[3])
                    && raster.height() == Integer.parseInt(expected[1])
                    && raster.width() == Integer.parseInt(expected[2]);
            if (!same && (tolerance == 0 || difference(raster, files.get(expected[0] + ".png")) > tolerance)) {
                different.add(expected[0]);
            }
        }
        assertThat(different).isEmpty();
    }

    /** The greatest one; only where the JDK's libjpeg doesn't interpolate chroma that is halved vertically alone. */
    private static int difference(Raster raster, byte[] png) {
        byte[] reference = ImageDecoder.read(png, ImageLimits.DEFAULT).rgb();
        int greatest = 0;
        for (int i = 0; i < reference.length; i++) {
            greatest = Math.max(greatest, Math.abs((reference[i] & 0xFF) - (raster.rgb()[i] & 0xFF)));
        }
        return greatest;
    }

    private static Map<String, byte[]> files() throws IOException {
        Map<String, byte[]> files = new HashMap<>();
        try (ZipInputStream zip = new ZipInputStream(ReferencePixelsTest.class.getResourceAsStream("reference.zip"))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), zip.readAllBytes());
            }
        }
        return files;
    }
}
