// Predicts, uploads, activates and deletes through the generated client; ends with a status other than 0 where something is wrong.
// Arguments: address of the server, value of the header Authorization, an image, a pack, the pack's version.
import {
    Configuration,
    PacksApi,
    PredictionsApi,
    PredictionsAsJSONApi,
    ResponseError,
    SeveralTasksApi,
} from './client';

declare const process: { argv: string[]; exitCode: number };
declare function require(name: string): { readFileSync(path: string): Uint8Array<ArrayBuffer> };

function expect(condition: boolean, what: string): void {
    if (!condition) {
        throw new Error(what);
    }
}

async function main(): Promise<void> {
    const [address, authorization, imagePath, packPath, version] = process.argv.slice(2);
    const files = require('fs');
    const image = new Blob([files.readFileSync(imagePath)]);
    const pack = new Blob([files.readFileSync(packPath)]);
    const configuration = new Configuration({ basePath: address, headers: { Authorization: authorization } });

    const edges = await new PredictionsApi(configuration).predictEdges({ body: image, side: 96 });
    expect(edges.type === 'image/png' && edges.size > 100, 'one task as a PNG: ' + edges.type);
    const labels = await new PredictionsAsJSONApi(configuration).predictSegmentationJson({ body: image, side: 96 });
    expect(labels.width === 96 && labels.classes.some(each => each.name === 'cat'), 'one task as JSON');
    const several = await new SeveralTasksApi(configuration)
        .predictJson({ body: image, tasks: 'edges,depth', packs: 'nobody', side: 96 });
    expect(several.parts.length === 3 && several.parts[2].problem?.code === 'UNKNOWN_PACK', 'several tasks');

    const packs = new PacksApi(configuration);
    const uploaded = await packs.uploadPack({ name: 'streets', version, body: pack });
    expect(uploaded.kind === 'segmentation' && uploaded.active, 'upload');
    const active = await packs.activatePack({ name: 'streets', activation: { version } });
    expect(active.digest === uploaded.digest, 'activation');
    const file = await packs.downloadPack({ name: 'streets', version });
    expect(file.size === pack.size, 'download');
    await packs.deletePack({ name: 'streets', version });
    const names = (await packs.listPacks()).packs.map(each => each.name);
    expect(names.includes('edges') && !names.includes('streets'), 'deletion: ' + names);

    try {
        await packs.getPack({ name: 'streets' });
        expect(false, 'the pack is still there');
    } catch (error) {
        expect(error instanceof ResponseError && error.response.status === 404, 'refusal: ' + error);
    }
}

main().catch(error => {
    console.error(error);
    process.exitCode = 1;
});
