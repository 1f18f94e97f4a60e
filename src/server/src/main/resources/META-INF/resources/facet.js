// The page: an image goes to POST v1/KIND, the answer is shown beside it.
const element = (id) => document.getElementById(id);

let image = null;
// In the order in which they are offered; the first that the server has is chosen.
const KINDS = ['edges', 'segmentation', 'human-parts', 'saliency', 'depth', 'normals'];
let packs = [];
let asked = 0;

function say(text, isError = false) {
  element('message').textContent = text;
  element('message').className = isError ? 'error' : '';
}

function show(id, blob) {
  const image = element(id);
  URL.revokeObjectURL(image.src);
  image.src = URL.createObjectURL(blob);
  image.hidden = false;
}

function chosenPack() {
  const chosen = document.querySelector('input[name=task]:checked');
  return chosen && packs.find((pack) => pack.kind === chosen.value);
}

async function problemOf(response) {
  try {
    const problem = await response.json();
    return `${problem.code}: ${problem.detail}`;
  } catch {
    return `${response.status} ${response.statusText}`;
  }
}

async function predict() {
  const pack = chosenPack();
  if (!image || !pack) {
    return;
  }
  const turn = ++asked;
  const plain = pack.kind === 'depth' ? 'render=turbo' : 'render=plain';
  const query = element('overlay').checked ? 'render=overlay&alpha=0.7' : plain;
  say('…');
  try {
    const response = await fetch(`v1/${pack.kind}?${query}`, {
      method: 'POST',
      headers: {
        // What is no picture is refused as one, not read as JSON.
        'Content-Type': image.type.startsWith('image/') ? image.type : 'application/octet-stream',
        Accept: 'image/png',
      },
      body: image,
    });
    const failure = response.ok ? null : await problemOf(response);
    const picture = response.ok ? await response.blob() : null;
    if (turn !== asked) {
      return;
    }
    if (failure) {
      say(failure, true);
      return;
    }
    show('after', picture);
    const header = (name) => response.headers.get(name);
    element('caption').textContent = `${header('Facet-Pack')}@${header('Facet-Pack-Version')}`;
    element('caption').title = header('Facet-Pack-Digest');
    say(header('Server-Timing').replaceAll(';dur=', ' ').replaceAll(/(\d+\.\d)\d*/g, '$1 ms'));
    showClasses(pack);
  } catch (error) {
    say(`no answer: ${error.message}`, true);
  }
}

function showClasses(pack) {
  const classes = pack.parameters.classes || [];
  element('classes').replaceChildren(...classes.map(({name, color}) => {
    const item = document.createElement('li');
    const swatch = document.createElement('span');
    swatch.style.background = color;
    item.append(swatch, name);
    return item;
  }));
}

function take(file) {
  if (!file) {
    return;
  }
  image = file;
  element('image-name').textContent = file.name;
  show('before', file);
  predict();
}

// All pages of the list.
async function listPacks() {
  const listed = [];
  let after = '';
  do {
    const response = await fetch(`v1/packs?limit=1000${after && `&after=${encodeURIComponent(after)}`}`);
    if (!response.ok) {
      throw new Error(await problemOf(response));
    }
    const page = await response.json();
    listed.push(...page.packs);
    after = page.next;
  } while (after);
  return listed;
}

async function listTasks() {
  try {
    packs = (await listPacks())
      .filter((pack) => pack.defaultOfKind)
      .sort((one, other) => KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind));
  } catch (error) {
    say(error.message, true);
    return;
  }
  if (packs.length === 0) {
    say('No pack is plugged yet.');
  }
  element('tasks').replaceChildren(...packs.map((pack, index) => {
    const label = document.createElement('label');
    const radio = document.createElement('input');
    radio.type = 'radio';
    radio.name = 'task';
    radio.value = pack.kind;
    radio.checked = index === 0;
    label.title = pack.description;
    label.append(radio, ` ${pack.kind}`);
    return label;
  }));
}

element('image').addEventListener('change', (event) => take(event.target.files[0]));
element('tasks').addEventListener('change', predict);
element('overlay').addEventListener('change', predict);
element('controls').addEventListener('submit', (event) => event.preventDefault());
document.addEventListener('dragover', (event) => {
  event.preventDefault();
  document.body.classList.add('dropping');
});
document.addEventListener('dragleave', () => document.body.classList.remove('dropping'));
document.addEventListener('drop', (event) => {
  event.preventDefault();
  document.body.classList.remove('dropping');
  take(event.dataTransfer.files[0]);
});
listTasks();
