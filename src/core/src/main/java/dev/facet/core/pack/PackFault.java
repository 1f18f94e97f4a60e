package dev.facet.core.pack;

/** What can be wrong with a pack. Names are stable: they are the {@code code}s of the HTTP errors. */
public enum PackFault {
    /** Not a safetensors file, or one whose header or offsets are wrong. */
    BAD_FILE,
    /** No manifest, or one that is not valid JSON of format version 1. */
    BAD_MANIFEST,
    /** The digest in the file is missing or is not that of its content. */
    DIGEST_MISMATCH,
    /** The bytes are not those that the caller announced. */
    CONTENT_DIGEST_MISMATCH,
    /** Made for another bank or architecture, or needs {@code init.*} that the bank lacks. */
    WRONG_BANK,
    MISSING_TENSOR,
    UNEXPECTED_TENSOR,
    WRONG_SHAPE,
    WRONG_TYPE,
    NOT_FINITE,
    /** A scale or zero point of the int8 plan that its activation can't have. */
    BAD_SCALE,
    /** Quantized on another calibration of the bank's prefix than the engine's. */
    WRONG_CALIBRATION,
    /** Larger than the configured limit. */
    TOO_LARGE,
    /** The self-test's answer on this engine differs by more than the tolerance. */
    SELF_TEST_FAILED,
    /** The pack may not run under the plan that was asked for. */
    PLAN_REFUSED,
    /** The signature is missing or not that of a trusted key. */
    BAD_SIGNATURE,
    /** Name or version differ from those of the address. */
    WRONG_ADDRESS
}
