from PIL import Image, ImageCms
import struct, os
w,h=32,24
im=Image.new('RGB',(w,h))
for y in range(h):
    for x in range(w):
        im.putpixel((x,y), ((220,30,30) if x<16 else (30,200,40)) if y<12 else ((20,40,210) if x<16 else (240,240,240)))
im.save('plain.jpg',quality=95,subsampling=0)
im.convert('CMYK').save('cmyk.jpg',quality=95)
im.save('rubbish-profile.jpg',quality=95,subsampling=0,icc_profile=b'this is no colour profile at all'*8)
im.save('progressive.jpg',quality=95,subsampling=0,progressive=True)
im.convert('L').save('grey.jpg',quality=95)
im.save('lossy.webp',quality=95)
im.save('lossless.webp',lossless=True)
ra=im.convert('RGBA'); a=Image.new('L',(w,h),255)
for y in range(h):
    for x in range(16,w): a.putpixel((x,y),128 if y<12 else 0)
ra.putalpha(a)
ra.save('alpha.webp',lossless=True,exact=True)
ra.save('alpha-lossy.webp',quality=95,exact=True)
ra.save('alpha.png')
ex=Image.Exif(); ex[0x112]=6
im.save('turned.webp',lossless=True,exif=ex.tobytes())
im.save('turned.png',exif=ex)
im.save('rubbish-profile.webp',lossless=True,icc_profile=b'this is no colour profile at all'*8)
im.save('srgb-profile.webp',lossless=True,icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile('sRGB')).tobytes())
im.save('animated.webp',save_all=True,append_images=[im.transpose(0)],lossless=True)
p=im.quantize(4); p.save('palette-alpha.png',transparency=bytes([255,128,0,255][:4]))
print(p.getpalette()[:12])
im.save('lzw.tiff',compression='tiff_lzw')
im.quantize(4).save('palette.tiff')
ra.save('alpha.tiff',compression='tiff_adobe_deflate')
# Large and of one colour: for what decoding needs.
f=Image.new('RGB',(4000,3000),(200,20,20))
f.save('large-lossy.webp',quality=10,method=0)
f.putalpha(128)
f.save('large-lossless.webp',lossless=True)
f.save('large-alpha-lossy.webp',quality=10,method=0)
