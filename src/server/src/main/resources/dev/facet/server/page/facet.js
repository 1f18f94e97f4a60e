// The page: an image goes to POST v1/KIND?pack=PACK, the picture of the answer is shown beside it.
const element = (id) => document.getElementById(id);

// In the order in which they are offered; the first pack that can answer is chosen.
const KINDS = ['edges', 'segmentation', 'human-parts', 'saliency', 'depth', 'normals'];

let image = null;
let imageName = '';
// The packs that are offered, by the value of their button, and the list that they came from.
let offered = new Map();
let listed = '';
// What is under way for the last choice; the next choice ends it.
let turn = new AbortController();

/** An answer of the server that isn't a success. */
class Problem extends Error {}

function say(text, isError = false) {
  element('message').textContent = text;
  element('message').className = isError ? 'error' : '';
}

function sayFailure(error) {
  say(error instanceof Problem ? error.message : `No answer from the server: ${error.message}`, true);
}

function make(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function show(id, blob) {
  const picture = element(id);
  URL.revokeObjectURL(picture.src);
  picture.src = URL.createObjectURL(blob);
}

// The key, if the server wants one. It stays in its field: nothing keeps it.
function keyHeader() {
  const key = element('key').value.trim();
  return key ? {'X-Api-Key': key} : {};
}

async function checked(response) {
  if (response.ok) {
    return response;
  }
  if (response.status === 401) {
    element('key-label').hidden = false;
  }
  let text = `${response.status} ${response.statusText}`;
  try {
    const problem = await response.json();
    text = `${problem.code}: ${problem.detail}`;
  } catch {
    // No problem document, for example from a proxy: the status has to do.
  }
  throw new Problem(text);
}

function chosenPack() {
  const chosen = document.querySelector('input[name=pack]:checked');
  return chosen && offered.get(chosen.value);
}

// A name stands for its active version, whichever that is by then; not while its requests are divided between versions.
function address(pack) {
  return pack.active && pack.weight === 100 ? pack.name : `${pack.name}@${pack.version}`;
}

function setBusy(isBusy) {
  element('pictures').setAttribute('aria-busy', isBusy);
}

function clearAnswer() {
  element('answer').hidden = true;
  URL.revokeObjectURL(element('after').src);
  element('after').removeAttribute('src');
}

async function predict() {
  turn.abort();
  turn = new AbortController();
  const {signal} = turn;
  const pack = chosenPack();
  if (!image || !pack) {
    clearAnswer();
    return;
  }
  const query = new URLSearchParams({pack: address(pack), render: 'overlay', alpha: '0.7'});
  if (!element('overlay').checked) {
    query.delete('alpha');
    query.set('render', pack.kind === 'depth' ? 'turbo' : 'plain');
  }
  if (pack.parameters.classes && element('unknown').checked) {
    query.set('unknown', '0.5');
  }
  setBusy(true);
  say(`${address(pack)} is at work …`);
  try {
    const response = await checked(await fetch(`v1/${pack.kind}?${query}`, {
      method: 'POST',
      headers: {
        // What is no picture is refused as one, not read as JSON.
        'Content-Type': image.type.startsWith('image/') ? image.type : 'application/octet-stream',
        Accept: 'image/png',
        ...keyHeader(),
      },
      body: image,
      signal,
    }));
    const picture = await response.blob();
    signal.throwIfAborted();
    showAnswer(pack, response.headers, picture);
  } catch (error) {
    if (!signal.aborted) {
      clearAnswer();
      sayFailure(error);
    }
  } finally {
    if (!signal.aborted) {
      setBusy(false);
    }
  }
}

// What the values of a depth map are: one quantity is never shown as the other.
const QUANTITIES = {
  'distance': 'depth (distance)',
  'inverse-depth': 'depth (inverse depth, without a unit)',
};

// From the nearest to the farthest, in the colours of the picture; a distance says how far that is.
function depthLegend(headers) {
  const unit = headers.get('X-Depth-Unit');
  const [near, far] = (headers.get('X-Depth-Range') || '').split(',')
      .map((end) => unit ? ` (${Number(end).toPrecision(3)} ${unit})` : '');
  return make('li', {}, `near${near}`, make('span', {className: 'scale'}), `far${far}`);
}

function legend(pack, headers) {
  if (headers.has('X-Depth-Range')) {
    return [depthLegend(headers)];
  }
  return (pack.parameters.classes || []).map(({name, color}) => {
    const swatch = make('span');
    swatch.style.background = color;
    return make('li', {}, swatch, name);
  });
}

function showAnswer(pack, headers, picture) {
  const id = `${headers.get('Facet-Pack')}@${headers.get('Facet-Pack-Version')}`;
  show('after', picture);
  const what = QUANTITIES[headers.get('X-Depth-Quantity')] || pack.kind;
  element('after').alt = `${what} of ${imageName}`;
  element('caption').textContent = `${what} by ${id}`;
  element('caption').title = headers.get('Facet-Pack-Digest');
  element('classes').replaceChildren(...legend(pack, headers));
  element('answer').hidden = false;
  const times = (headers.get('Server-Timing') || '')
      .replaceAll(/;desc=(\w+)/g, ' ($1)')
      .replaceAll(/;dur=(\d+\.\d)\d*/g, ' $1 ms');
  say(`${id} has answered. ${times}`);
}

function take(file) {
  if (!file) {
    return;
  }
  image = file;
  imageName = file.name;
  clearAnswer();
  show('before', file);
  element('before').hidden = false;
  element('before').alt = `Image: ${file.name}`;
  element('image-name').textContent = file.name;
  predict();
}

async function takeSample() {
  try {
    const sample = await (await checked(await fetch(element('before').src))).blob();
    if (!image) {
      image = sample;
      imageName = 'the sample image';
    }
  } catch (error) {
    sayFailure(error);
  }
}

// All pages of the list.
async function fetchPacks() {
  const list = {packs: [], absent: []};
  let after = '';
  do {
    const response = await checked(await fetch(
        `v1/packs?limit=1000${after && `&after=${encodeURIComponent(after)}`}`, {headers: keyHeader()}));
    const page = await response.json();
    list.packs.push(...page.packs);
    list.absent.push(...page.failures, ...page.otherBank);
    after = page.next;
  } while (after);
  return list;
}

// The default of a kind first, then by name; of a name the active version first, then the newest.
function order(one, other) {
  return KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind)
      || other.defaultOfKind - one.defaultOfKind
      || one.name.localeCompare(other.name)
      || other.active - one.active
      || other.version - one.version;
}

function button(pack) {
  const radio = make('input', {type: 'radio', name: 'pack', value: address(pack), disabled: pack.state === 'failed'});
  const place = pack.defaultOfKind ? 'default' : pack.active ? '' : 'not active';
  const share = pack.weight === (pack.active ? 100 : 0) ? '' : `${pack.weight} % of requests`;
  const remarks = [place, share].filter((remark) => remark).join(', ');
  const remark = remarks && ` (${remarks})`;
  const text = pack.failure ? `can’t be opened: ${pack.failure}` : pack.description;
  const name = make('span', {},
      make('strong', {textContent: `${pack.name}@${pack.version}`}), remark,
      make('span', {className: 'description', textContent: text}));
  const teacher = pack.provenance?.teacher;
  if (teacher) {
    name.append(make('span', {className: 'description', textContent: `Imitates ${teacher}`}));
  }
  return make('label', {className: 'pack'}, radio, name);
}

function offer({packs, absent}) {
  const before = document.querySelector('input[name=pack]:checked')?.value;
  const hadFocus = element('packs').contains(document.activeElement);
  packs.sort(order);
  offered = new Map(packs.map((pack) => [address(pack), pack]));
  const groups = KINDS
      .map((kind) => [kind, packs.filter((pack) => pack.kind === kind)])
      .filter(([, ofKind]) => ofKind.length > 0)
      .map(([kind, ofKind]) => make('fieldset', {}, make('legend', {textContent: kind}), ...ofKind.map(button)));
  element('packs').replaceChildren(element('packs').firstElementChild, ...groups);
  const usable = [...document.querySelectorAll('input[name=pack]:enabled')];
  const name = (address) => address?.split('@')[0];
  const chosen = usable.find((radio) => radio.value === before)
      || usable.find((radio) => name(radio.value) === name(before)) || usable[0];
  if (chosen) {
    chosen.checked = true;
    if (hadFocus) {
      chosen.focus();
    }
  }
  element('absent').hidden = absent.length === 0;
  element('absent').querySelector('ul').replaceChildren(
      ...absent.map(({pack, reason}) => make('li', {textContent: `${pack}: ${reason}`})));
  return chosen?.value !== before;
}

// Packs come and go while the server runs; what was chosen stays chosen while it is there.
async function listPacks() {
  try {
    const list = await fetchPacks();
    const text = JSON.stringify(list);
    if (text === listed) {
      return;
    }
    listed = text;
    if (offer(list)) {
      predict();
    }
    if (offered.size === 0) {
      say('No pack is plugged yet.');
    }
  } catch (error) {
    sayFailure(error);
  }
}

element('image').addEventListener('change', (event) => take(event.target.files[0]));
element('packs').addEventListener('change', predict);
element('key').addEventListener('change', async () => {
  say('');
  listed = '';
  await listPacks();
  predict();
});
element('overlay').addEventListener('change', predict);
element('unknown').addEventListener('change', predict);
element('controls').addEventListener('submit', (event) => event.preventDefault());
// Browsers don't show TIFF; the server reads it all the same.
element('before').addEventListener('error', () => {
  element('before').hidden = true;
  element('image-name').textContent = `${imageName || 'The sample image'} can’t be shown by this browser`;
});
window.addEventListener('focus', listPacks);
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
takeSample().then(listPacks);
