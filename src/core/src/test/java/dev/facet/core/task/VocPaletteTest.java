package dev.facet.core.task;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VocPaletteTest {
    /** Of the development kit's VOClabelcolormap: background, aeroplane, bicycle, bottle, car, tvmonitor, void. */
    @ParameterizedTest
    @CsvSource({"0,#000000", "1,#800000", "2,#008000", "5,#800080", "7,#808080", "20,#004080", "255,#e0e0c0"})
    void coloursAreThoseOfTheDevelopmentKit(int index, String color) {
        assertThat(VocPalette.color(index)).isEqualTo(color);
    }
}
