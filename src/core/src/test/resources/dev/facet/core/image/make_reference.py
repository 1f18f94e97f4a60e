"""Makes reference.zip: small images of every kind that is read, and the digest of the pixels that libjpeg-turbo, libpng, libwebp
and libtiff give (Pillow, with cwebp, cjpeg, webpmux and tifffile to write what it can't). Transparent pixels are laid on white, CMYK is (1-c)(1-k),
16 bits are rounded to 8. Usage: make_reference.py IMAGE reference.zip"""
import hashlib, io, os, struct, subprocess, sys, tempfile, zipfile, zlib
from PIL import Image, ImageOps
import numpy as np
import tifffile

rng = np.random.default_rng(0)
photo = Image.open(sys.argv[1]).convert('RGB').resize((61, 47))
photo.info.clear()
target = os.path.abspath(sys.argv[2])
os.chdir(tempfile.mkdtemp())
photo.save('c.ppm')
files, pixels = {}, {}


def keep(name, data, reference=None):
    files[name] = data
    pixels[name] = on_white(data) if reference is None else reference


def on_white(data):
    im = Image.open(io.BytesIO(data))
    cmyk = im.mode == 'CMYK'
    im = ImageOps.exif_transpose(im)
    if cmyk:
        a = np.asarray(im).astype(int)
        return ((255 - a[..., :3]) * (255 - a[..., 3:]) + 127) // 255
    a = np.asarray(im.convert('RGBA')).astype(int)
    return (a[..., :3] * a[..., 3:] + 255 * (255 - a[..., 3:]) + 127) // 255


def saved(im, **how):
    out = io.BytesIO()
    im.save(out, **how)
    return out.getvalue()


def run(*command):
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    return open('out', 'rb').read()


# WebP: methods and qualities, filters, segments, lossless, palettes, alpha, odd sizes, animations.
for m in range(7):
    keep(f'lossy-m{m}.webp', saved(photo, format='WEBP', quality=80, method=m))
    keep(f'lossless-m{m}.webp', saved(photo.resize((40, 31)), format='WEBP', lossless=True, method=m))
for q in (0, 10, 50, 100):
    keep(f'lossy-q{q}.webp', saved(photo, format='WEBP', quality=q))
for i, o in enumerate(('-q 40 -nostrong', '-q 20 -nostrong -f 80', '-q 60 -f 100 -sharpness 7', '-q 60 -f 60 -sharpness 3',
                       '-q 5 -segments 4 -sns 100', '-q 80 -segments 1', '-q 30 -f 0', '-near_lossless 40', '-lossless -z 9')):
    keep(f'cwebp-{i}.webp', run('cwebp', '-quiet', *o.split(), 'c.ppm', '-o', 'out'))
for n in (1, 2, 3, 4, 5, 16, 17, 256):
    for w, h in ((1, 1), (7, 5), (31, 7), (33, 16)):
        pal = rng.integers(0, 256, (n, 3)).astype(np.uint8)
        keep(f'palette{n}-{w}x{h}.webp', saved(Image.fromarray(pal[rng.integers(0, n, (h, w))]), format='WEBP', lossless=True))
for w, h in ((1, 1), (2, 2), (3, 5), (15, 17), (17, 15), (16, 16)):
    keep(f'odd-{w}x{h}.webp', saved(photo.resize((w, h)), format='WEBP', quality=70))
alpha = photo.convert('RGBA')
alpha.putalpha(Image.fromarray(np.add.outer(np.arange(47) * 3, np.arange(61) * 2).clip(0, 255).astype(np.uint8)))
alpha.save('a.png')
keep('alpha-lossless.webp', saved(alpha, format='WEBP', lossless=True, exact=True))
for f in ('none', 'fast', 'best'):
    for m in ('0', '1'):
        keep(f'alpha-{f}-{m}.webp', run('cwebp', '-quiet', '-q', '60', '-alpha_filter', f, '-alpha_method', m, 'a.png', '-o', 'out'))
for o in range(1, 9):
    exif = Image.Exif()
    exif[0x112] = o
    for kind in ('WEBP', 'JPEG', 'PNG'):
        keep(f'turned-{o}.{kind.lower()}', saved(photo.resize((13, 9)), format=kind, exif=exif))
for f, opts in (('f1', ('c.ppm',)), ('f2', ('a.png',))):
    run('cwebp', '-quiet', '-q', '60', '-resize', '20', '14', *opts, '-o', 'out')
    os.rename('out', f)
run('cwebp', '-quiet', '-lossless', '-resize', '40', '34', 'c.ppm', '-o', 'out')
os.rename('out', 'f3')
for i, f in enumerate(('f1', 'f2')):
    data = run('webpmux', '-frame', f, '+100+10+6+0+b', '-frame', 'f3', '+100+0+0', '-o', 'out')
    canvas = np.full((34, 40, 3), 255)
    canvas[6:20, 10:30] = on_white(open(f, 'rb').read())
    keep(f'animation-{i}.webp', data, canvas)

# JPEG: chroma, progressive, restarts, odd sizes, and all that says what the components are.
for s in ('1x1', '2x1', '1x2', '2x2', '4x1', '1x4', '4x2'):
    for i, o in enumerate(('', '-progressive', '-restart 1')):
        keep(f'{s}-{i}.jpg', run('cjpeg', '-quality', '75', '-sample', s, *o.split(), '-outfile', 'out', 'c.ppm'))
keep('mixed.jpg', run('cjpeg', '-sample', '2x1,1x2,1x1', '-outfile', 'out', 'c.ppm'))
for o in ('', '-progressive'):
    keep(f'grey{o}.jpg', run('cjpeg', '-grayscale', *o.split(), '-outfile', 'out', 'c.ppm'))
for w, h in ((1, 1), (7, 9), (9, 7), (16, 17)):
    photo.resize((w, h)).save('t.ppm')
    keep(f'odd-{w}x{h}.jpg', run('cjpeg', '-sample', '2x2', '-outfile', 'out', 't.ppm'))
keep('cmyk.jpg', saved(photo.convert('CMYK'), format='JPEG'))


def adobe(transform):
    return b'\xff\xee\0\x0eAdobe\0\x64\0\0\0\0' + bytes([transform])


def named(data, names):
    data, at = bytearray(data), 2
    while data[at + 1] != 0xDA:
        if data[at + 1] == 0xC0:
            data[at + 10:at + 19:3] = names
        at += 2 + struct.unpack('>H', data[at + 2:at + 4])[0]
    data[at + 5:at + 11:2] = names
    return bytes(data)


photo.resize((23, 17)).save('t.ppm')
ycc = run('cjpeg', '-outfile', 'out', 't.ppm')
rgb = run('cjpeg', '-rgb', '-outfile', 'out', 't.ppm')
jfif = ycc[2:20]
for body, content in (('ycc', ycc[20:]), ('rgb', rgb[18:])):
    for names in (bytes([1, 2, 3]), b'RGB', bytes([0, 1, 2]), b'rgb'):
        for name, marker in (('none', b''), ('jfif', jfif), ('0', adobe(0)), ('1', adobe(1)), ('jfif0', jfif + adobe(0)), ('0jfif', adobe(0) + jfif)):
            keep(f'{body}-{names.hex()}-{name}.jpg', named(b'\xff\xd8' + marker + content, names))


# PNG: every colour type and depth, tRNS, interlaced.
def chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))


def png(w, h, bits, kind, rows, extra):
    header = struct.pack('>IIBBBBB', w, h, bits, kind, 0, 0, 0)
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', header) + extra + chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))


channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
for kind, depths in ((0, (1, 2, 4, 8, 16)), (2, (8, 16)), (3, (1, 2, 4, 8)), (4, (8,)), (6, (8,))):
    for bits in depths:
        w, h = 13, 7
        n = (w * channels[kind] * bits + 7) // 8
        raw = rng.integers(0, 256, (h, n)).astype(np.uint8)
        rows = b''.join(b'\0' + r.tobytes() for r in raw)
        colors = 2 ** min(bits, 8)
        extra = chunk(b'PLTE', rng.integers(0, 256, 3 * colors).astype(np.uint8).tobytes()) if kind == 3 else b''
        words = raw.reshape(h, -1, 2).astype(int) if bits == 16 else None
        wide = None if words is None else (words[..., 0] * 256 + words[..., 1]).reshape(h, w, channels[kind])
        reference = None if wide is None else np.broadcast_to((wide * 255 + 32767) // 65535, (h, w, 3)).copy()
        keep(f'png{kind}-{bits}.png', png(w, h, bits, kind, rows, extra), reference)
        if kind == 3:
            key = rng.integers(0, 256, colors - 1).astype(np.uint8).tobytes()
        else:
            first = wide[0, 0] if wide is not None else [raw[0, 0] >> 8 - bits] if kind == 0 else raw[0, :3]
            key = b''.join(struct.pack('>H', int(v)) for v in first)
        if kind in (0, 2, 3):
            if reference is not None:
                reference = np.where((wide == wide[0, 0]).all(-1, keepdims=True), 255, reference)
            keep(f'png{kind}-{bits}-key.png', png(w, h, bits, kind, rows, extra + chunk(b'tRNS', key)), reference)

# TIFF: compressions, predictors, planes, tiles, byte orders, depths, alpha.
small = np.asarray(photo.resize((23, 17)))
wide = (small.astype(int) * 257 + rng.integers(-100, 100, small.shape)).clip(0, 65535).astype(np.uint16)


def tiff(name, data, reference, **how):
    tifffile.imwrite('out', data, metadata=None, **how)
    keep(name + '.tiff', open('out', 'rb').read(), reference)


for order in '<>':
    for compression in (None, 'lzw', 'zlib', 'packbits'):
        for tile in (None, (16, 16)):
            for bits, data in ((8, small), (16, wide)):
                predictor = compression in ('lzw', 'zlib') and (order == '<') == (tile is None)
                separate = bits == 8 and (order == '<') != (tile is None)
                how = {'tile': tile} if tile else {'rowsperstrip': 5}
                tiff(f'{bits}-{"le" if order == "<" else "be"}-{compression}-{"tiles" if tile else "strips"}',
                     np.moveaxis(data, -1, 0) if separate else data, small if bits == 8 else (data.astype(int) * 255 + 32767) // 65535,
                     photometric='rgb', compression=compression, predictor=predictor or None, byteorder=order,
                     planarconfig='separate' if separate else 'contig', **how)
for mode in ('1', 'L', 'LA', 'P', 'RGBA'):
    im = alpha.resize((23, 17)).convert(mode)
    for compression in (None, 'tiff_lzw'):
        keep(f'{mode}-{compression}.tiff', saved(im, format='TIFF', compression=compression))
white = 255 - small[..., :1].repeat(3, -1)
tiff('white', small[..., 0], white, photometric='miniswhite')
tiff('pages', np.stack([small, 255 - small]), small, photometric='rgb')
tiff('turned', small, np.rot90(small, -1), photometric='rgb', extratags=[(274, 3, 1, 6, True)])

# libjpeg 6b, which some JDKs bring, repeats chroma that is halved vertically alone; libjpeg-turbo interpolates it.
tolerances = {'1x2-0.jpg': 24, '1x2-1.jpg': 24, '1x2-2.jpg': 24, 'mixed.jpg': 60}
lines = []
with zipfile.ZipFile(target, 'w', zipfile.ZIP_DEFLATED) as out:
    for name in sorted(files):
        out.writestr(zipfile.ZipInfo(name), files[name], zipfile.ZIP_DEFLATED)
        p = pixels[name].astype(np.uint8)
        if name in tolerances:
            out.writestr(zipfile.ZipInfo(name + '.png'), saved(Image.fromarray(p), format='PNG'), zipfile.ZIP_DEFLATED)
        digest = hashlib.sha256(p.tobytes()).hexdigest()[:16]
        lines.append(f'{name} {p.shape[0]} {p.shape[1]} {digest} {tolerances.get(name, 0)}\n')
    out.writestr(zipfile.ZipInfo('digests.txt'), ''.join(lines), zipfile.ZIP_DEFLATED)
print(len(files), sum(map(len, files.values())))
