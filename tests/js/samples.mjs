/** Synthetic models with the shapes of real ones, for tests, benchmarks and looking at pictures. */

import { DocumentBuilder, random } from './build.mjs';

const OPS = {
  Conv2D: 'matmul', MatMul: 'matmul', BiasAdd: 'elementwise', Add: 'elementwise', Multiply: 'elementwise', BatchNormalization: 'normalization', Relu: 'activation', Softmax: 'activation',
  MaxPool: 'reduction', Mean: 'reduction', Rsqrt: 'elementwise', Sub: 'elementwise', Reshape: 'movement', Transpose: 'movement', Concat: 'movement', GatherV2: 'embedding', Dropout: 'regularization',
  TopK: 'reduction', Dense: 'matmul', ZeroPadding2D: 'movement', GlobalAveragePooling2D: 'reduction', Conv2DTranspose: 'matmul', Input: 'input', Cropping2D: 'movement', AveragePooling2D: 'reduction',
};

const op = (type, shape, facts = {}) => ({ type, family: OPS[type] ?? 'other', shape, kind: type === 'Input' ? 'input' : 'op', ...facts });
const layer = (type, shape, facts = {}) => ({ type, family: OPS[type] ?? 'other', shape, kind: 'node_layer', ...facts });
const scope = (type, facts = {}) => ({ type, kind: 'layer', ...facts });

/** Dense: MatMul and BiasAdd; returns [first, last]. */
function dense(b, path, shape, parameters) {
  b.add(path, scope('Dense')).add(`${path}/MatMul`, op('MatMul', shape, { parameters, flops: 2 * parameters * 128 })).add(`${path}/BiasAdd`, op('BiasAdd', shape, { parameters: 512 }));
  b.link(`${path}/MatMul -> ${path}/BiasAdd`);
  return [`${path}/MatMul`, `${path}/BiasAdd`];
}

/** Layer normalisation of eight ops; returns the inputs and the last. */
function layerNorm(b, path, shape) {
  b.add(path, scope('LayerNormalization'));
  const types = ['Mean', 'Sub', 'Multiply', 'Mean', 'Rsqrt', 'Multiply', 'Multiply', 'Add'];
  const names = types.map((type, i) => {
    const name = `${path}/${type.toLowerCase()}_${i}`;
    b.add(name, op(type, type === 'Mean' || type === 'Rsqrt' ? 'B×128×1' : shape, { parameters: i > 5 ? 512 : 0, flops: 65536 }));
    return name;
  });
  b.link(`${names[0]} -> ${names[1]} -> ${names[2]} -> ${names[3]} -> ${names[4]} -> ${names[5]}`).link(`${names[1]} -> ${names[5]} -> ${names[6]} -> ${names[7]}`).link(`${names[1]} -> ${names[2]}`);
  return { inputs: [names[0], names[1]], output: names[7] };
}

function attention(b, path, input, mask) {
  b.add(path, scope('MultiHeadAttention'));
  const ends = ['q', 'k', 'v'].map((name) => {
    const [first, last] = dense(b, `${path}/${name}_proj`, 'B×128×512', 262144);
    for (const source of input) b.link(`${source} -> ${first}`);
    b.add(`${path}/${name}_split`, op('Reshape', 'B×128×8×64')).add(`${path}/${name}_T`, op('Transpose', 'B×8×128×64'));
    b.link(`${last} -> ${path}/${name}_split -> ${path}/${name}_T`);
    return `${path}/${name}_T`;
  });
  const chain = [['scores', 'MatMul'], ['scale', 'Multiply'], ['mask', 'Add'], ['softmax', 'Softmax'], ['drop', 'Dropout'], ['context', 'MatMul'], ['merge', 'Reshape']];
  for (const [name, type] of chain) b.add(`${path}/${name}`, op(type, 'B×8×128×128', { flops: type === 'MatMul' ? 16777216 : 131072 }));
  b.link(chain.map(([name]) => `${path}/${name}`).join(' -> '));
  b.link(`${ends[0]} -> ${path}/scores`).link(`${ends[1]} -> ${path}/scores`).link(`${ends[2]} -> ${path}/context`);
  if (mask) b.link(`${mask} -> ${path}/mask`, { shape: '1×1×128×128' });
  const [first, last] = dense(b, `${path}/out_proj`, 'B×128×512', 262144);
  b.link(`${path}/merge -> ${first}`);
  return last;
}

function moe(b, path, inputs, experts) {
  b.add(path, scope('MoE'));
  const [first, last] = dense(b, `${path}/router`, `B×128×${experts}`, 512 * experts);
  b.add(`${path}/gates`, op('Softmax', `B×128×${experts}`)).add(`${path}/top_k`, op('TopK', 'B×128×2')).add(`${path}/combine`, op('Add', 'B×128×512'));
  b.link(`${last} -> ${path}/gates -> ${path}/top_k -> ${path}/combine`);
  for (const source of inputs) b.link(`${source} -> ${first}`);
  const holder = experts > 4 ? `${path}/expert` : path;
  if (experts > 4) b.add(holder, { type: 'Expert', kind: 'repeat', count: experts });
  for (let i = 0; i < experts; i++) {
    const expert = `${holder}/expert_${i}`;
    b.add(expert, scope('Expert'));
    const up = dense(b, `${expert}/up`, 'B×128×2048', 1048576);
    b.add(`${expert}/act`, op('Relu', 'B×128×2048'));
    const down = dense(b, `${expert}/down`, 'B×128×512', 1048576);
    b.link(`${up[1]} -> ${expert}/act -> ${down[0]}`).link(`${down[1]} -> ${path}/combine`);
    for (const source of inputs) b.link(`${source} -> ${up[0]}`);
  }
  return `${path}/combine`;
}

function transformerBlock(b, path, inputs, mask, experts) {
  b.add(path, scope('TransformerBlock'));
  const norm1 = layerNorm(b, `${path}/ln_1`, 'B×128×512');
  for (const source of inputs) for (const target of norm1.inputs) b.link(`${source} -> ${target}`);
  const attended = attention(b, `${path}/attention`, [norm1.output], mask);
  b.add(`${path}/residual_1`, op('Add', 'B×128×512'));
  for (const source of [...inputs, attended]) b.link(`${source} -> ${path}/residual_1`);
  const norm2 = layerNorm(b, `${path}/ln_2`, 'B×128×512');
  for (const target of norm2.inputs) b.link(`${path}/residual_1 -> ${target}`);
  const mixed = moe(b, `${path}/moe`, [norm2.output], experts);
  b.add(`${path}/residual_2`, op('Add', 'B×128×512'));
  b.link(`${path}/residual_1 -> ${path}/residual_2`).link(`${mixed} -> ${path}/residual_2`);
  return [`${path}/residual_2`];
}

/** A transformer with mixture-of-experts blocks. @param {number} blocks @param {number} experts @param {boolean} folded */
export function moeTransformer(blocks = 48, experts = 88, folded = true) {
  const b = new DocumentBuilder('moe_gpt');
  b.add('/token_ids', op('Input', 'B×128')).add('/causal_mask', op('Input', '1×1×128×128'));
  b.add('/embeddings', scope('Embeddings')).add('/embeddings/gather', op('GatherV2', 'B×128×512', { parameters: 25731584 })).add('/embeddings/add', op('Add', 'B×128×512', { parameters: 65536 }));
  b.link('/token_ids -> /embeddings/gather -> /embeddings/add');
  const holder = folded && blocks > 1 ? '/block' : '';
  if (holder) b.add(holder, { type: 'TransformerBlock', kind: 'repeat', count: blocks });
  let last = ['/embeddings/add'];
  for (let i = 0; i < blocks; i++) last = transformerBlock(b, `${holder}/block_${i}`, last, '/causal_mask', experts);
  const norm = layerNorm(b, '/ln_f', 'B×128×512');
  for (const target of norm.inputs) b.link(`${last[0]} -> ${target}`);
  const head = dense(b, '/lm_head', 'B×128×50257', 25731584);
  b.add('/softmax', op('Softmax', 'B×128×50257')).link(`${norm.output} -> ${head[0]}`).link(`${head[1]} -> /softmax`);
  return b;
}

/** ResNet50 at layer level: one flat scope of 175 layers. */
export function resnet50() {
  const b = new DocumentBuilder('resnet50');
  let size = 112;
  let last = '';
  const next = (name, type, shape, facts = {}) => {
    b.add(`/${name}`, layer(type, shape, facts));
    if (last) b.link(`${last} -> /${name}`);
    last = `/${name}`;
  };
  next('input_layer', 'Input', 'B×224×224×3', { kind: 'input' });
  next('conv1_pad', 'ZeroPadding2D', 'B×230×230×3');
  next('conv1_conv', 'Conv2D', 'B×112×112×64', { parameters: 9472 });
  next('conv1_bn', 'BatchNormalization', 'B×112×112×64', { parameters: 256 });
  next('conv1_relu', 'Relu', 'B×112×112×64');
  next('pool1_pad', 'ZeroPadding2D', 'B×114×114×64');
  next('pool1_pool', 'MaxPool', 'B×56×56×64');
  for (const [stage, count, filters] of [[2, 3, 64], [3, 4, 128], [4, 6, 256], [5, 3, 512]]) {
    size = { 2: 56, 3: 28, 4: 14, 5: 7 }[stage];
    for (let block = 1; block <= count; block++) last = bottleneck(b, `conv${stage}_block${block}`, last, size, filters, block === 1);
  }
  next('avg_pool', 'GlobalAveragePooling2D', 'B×2048');
  next('predictions', 'Dense', 'B×1000', { parameters: 2049000 });
  return b;
}

function bottleneck(b, name, input, size, filters, project) {
  const shape = (channels) => `B×${size}×${size}×${channels}`;
  let shortcut = input;
  if (project) {
    b.add(`/${name}_0_conv`, layer('Conv2D', shape(4 * filters), { parameters: 8 * filters * filters })).add(`/${name}_0_bn`, layer('BatchNormalization', shape(4 * filters)));
    b.link(`${input} -> /${name}_0_conv -> /${name}_0_bn`);
    shortcut = `/${name}_0_bn`;
  }
  let last = input;
  for (const [suffix, type, channels, parameters] of [['1_conv', 'Conv2D', filters, 4 * filters * filters], ['1_bn', 'BatchNormalization', filters, 4 * filters], ['1_relu', 'Relu', filters, 0], ['2_conv', 'Conv2D', filters, 9 * filters * filters],
    ['2_bn', 'BatchNormalization', filters, 4 * filters], ['2_relu', 'Relu', filters, 0], ['3_conv', 'Conv2D', 4 * filters, 4 * filters * filters], ['3_bn', 'BatchNormalization', 4 * filters, 16 * filters]]) {
    b.add(`/${name}_${suffix}`, layer(type, shape(channels), { parameters, flops: 2 * parameters * size * size })).link(`${last} -> /${name}_${suffix}`);
    last = `/${name}_${suffix}`;
  }
  b.add(`/${name}_add`, layer('Add', shape(4 * filters))).link(`${shortcut} -> /${name}_add`).link(`${last} -> /${name}_add`);
  b.add(`/${name}_out`, layer('Relu', shape(4 * filters))).link(`/${name}_add -> /${name}_out`);
  return `/${name}_out`;
}

/** U-Net with `levels` skip connections. @param {number} levels */
export function unet(levels = 4) {
  const b = new DocumentBuilder('unet');
  b.add('/image', op('Input', 'B×256×256×3'));
  let last = '/image';
  let size = 256;
  const skips = [];
  const step = (name, type, channels) => {
    b.add(`/${name}`, layer(type, `B×${size}×${size}×${channels}`, { parameters: type.startsWith('Conv') ? channels * channels * 9 : 0 })).link(`${last} -> /${name}`);
    last = `/${name}`;
  };
  for (let i = 0; i < levels; i++) {
    const channels = 64 * 2 ** i;
    step(`enc${i}_conv_a`, 'Conv2D', channels);
    step(`enc${i}_conv_b`, 'Conv2D', channels);
    skips.push(last);
    size /= 2;
    step(`enc${i}_pool`, 'MaxPool', channels);
  }
  step('mid_conv_a', 'Conv2D', 1024);
  step('mid_conv_b', 'Conv2D', 1024);
  for (let i = levels - 1; i >= 0; i--) {
    const channels = 64 * 2 ** i;
    size *= 2;
    step(`dec${i}_up`, 'Conv2DTranspose', channels);
    step(`dec${i}_concat`, 'Concat', 2 * channels);
    b.link(`${skips[i]} -> /dec${i}_concat`);
    step(`dec${i}_conv_a`, 'Conv2D', channels);
    step(`dec${i}_conv_b`, 'Conv2D', channels);
  }
  step('segmentation', 'Conv2D', 21);
  return b;
}

/** Stacked inception modules. @param {number} modules */
export function inception(modules = 3) {
  const b = new DocumentBuilder('inception');
  b.add('/image', op('Input', 'B×224×224×3')).add('/stem_conv', layer('Conv2D', 'B×28×28×192', { parameters: 110784 })).link('/image -> /stem_conv');
  let last = '/stem_conv';
  for (let m = 0; m < modules; m++) {
    const make = (name, type, channels) => b.add(`/mixed${m}_${name}`, layer(type, `B×28×28×${channels}`, { parameters: channels * 1000 }));
    make('1x1', 'Conv2D', 64);
    make('3x3_reduce', 'Conv2D', 96);
    make('3x3', 'Conv2D', 128);
    make('5x5_reduce', 'Conv2D', 16);
    make('5x5', 'Conv2D', 32);
    make('pool', 'MaxPool', 192);
    make('pool_proj', 'Conv2D', 32);
    make('concat', 'Concat', 256);
    const at = (name) => `/mixed${m}_${name}`;
    for (const names of [['1x1'], ['3x3_reduce', '3x3'], ['5x5_reduce', '5x5'], ['pool', 'pool_proj']]) b.link([last, ...names.map(at), at('concat')].join(' -> '));
    last = at('concat');
  }
  b.add('/avg_pool', layer('GlobalAveragePooling2D', 'B×1024')).add('/predictions', layer('Dense', 'B×1000', { parameters: 1025000 })).link(`${last} -> /avg_pool -> /predictions`);
  return b;
}

/** Encoder and decoder whose every block reads the encoder's output and one mask: broadcasts. @param {number} blocks */
export function broadcasting(blocks = 12) {
  const b = new DocumentBuilder('decoder');
  b.add('/tokens', op('Input', 'B×64')).add('/mask', op('Input', '1×1×64×64')).add('/encoded', op('Input', 'B×196×512')).add('/embed', op('GatherV2', 'B×64×512')).link('/tokens -> /embed');
  let last = '/embed';
  for (let i = 0; i < blocks; i++) {
    const name = `/block_${i}`;
    b.add(name, scope('DecoderBlock'));
    for (const [part, type] of [['self', 'MatMul'], ['cross', 'MatMul'], ['mlp', 'MatMul'], ['add', 'Add']]) b.add(`${name}/${part}`, op(type, 'B×64×512', { parameters: 1000 * (i + 1) }));
    b.link(`${last} -> ${name}/self -> ${name}/cross -> ${name}/mlp -> ${name}/add`).link(`${last} -> ${name}/add`).link(`/mask -> ${name}/self`, { kind: 1 }).link(`/encoded -> ${name}/cross`);
    last = `${name}/add`;
  }
  b.add('/logits', op('MatMul', 'B×64×32000')).link(`${last} -> /logits`);
  return b;
}

/** Blocks of ten random ops each, none like another. @param {number} blocks @param {number} seed */
export function unlikeBlocks(blocks, seed) {
  const b = new DocumentBuilder('unlike');
  const next = random(seed);
  let last = '';
  for (let i = 0; i < blocks; i++) {
    if (i % 50 === 0) b.add(`/stage_${i / 50}`, scope('Stage'));
    const path = `/stage_${Math.floor(i / 50)}/block_${i}`;
    b.add(path, scope('Block'));
    for (let k = 0; k < 9; k++) {
      b.add(`${path}/op_${k}`, op('Add', `B×${Math.floor(next() * 1e6)}`));
      for (let e = 0; e < 2 && k > 0; e++) b.link(`${path}/op_${Math.max(0, k - 1 - Math.floor(next() * 4))} -> ${path}/op_${k}`);
    }
    if (last) b.link(`${last} -> ${path}/op_0`);
    last = `${path}/op_8`;
  }
  return b;
}

/** One flat scope of `n` children with skip connections; every tenth child is a scope. @param {number} n */
export function flatWithScopes(n) {
  const b = new DocumentBuilder('flat');
  const ends = [];
  for (let i = 0; i < n; i++) {
    if (i % 10 === 0) {
      b.add(`/n${i}`, scope('Block')).add(`/n${i}/a`, op('Add', 'B×8')).add(`/n${i}/b`, op('Relu', 'B×8')).link(`/n${i}/a -> /n${i}/b`);
      ends.push([`/n${i}/a`, `/n${i}/b`]);
    } else {
      b.add(`/n${i}`, op('Relu', `B×${i}`));
      ends.push([`/n${i}`, `/n${i}`]);
    }
    if (i > 0) b.link(`${ends[i - 1][1]} -> ${ends[i][0]}`);
    if (i > 5 && i % 4 === 0) b.link(`${ends[i - 5][1]} -> ${ends[i][0]}`);
  }
  return b;
}

/** Edges of a plain chain. @param {number} n */
export function chainEdges(n) {
  return Array.from({ length: n - 1 }, (_, i) => ({ source: i, target: i + 1 }));
}

/** A chain in which every fourth node skips ahead. @param {number} n */
export function skipChainEdges(n) {
  const edges = chainEdges(n);
  for (let i = 0; i + 5 < n; i += 4) edges.push({ source: i, target: i + 5 });
  return edges;
}

/** Random acyclic graph whose edges are mostly short. @param {number} n @param {number} seed @param {number} degree */
export function localDagEdges(n, seed, degree = 1.6) {
  const next = random(seed);
  const edges = [];
  const seen = new Set();
  for (let e = 0; e < n * degree; e++) {
    const source = Math.floor(next() * (n - 1));
    const target = Math.min(n - 1, source + 1 + Math.floor(next() ** 3 * 40));
    if (seen.has(source * n + target)) continue;
    seen.add(source * n + target);
    edges.push({ source, target });
  }
  return edges;
}

/** Fan-out to `width` twins and back, again and again. @param {number} n @param {number} width */
export function fanEdges(n, width = 88) {
  const edges = [];
  let at = 0;
  while (at + width + 1 < n) {
    for (let i = 1; i <= width; i++) edges.push({ source: at, target: at + i }, { source: at + i, target: at + width + 1 });
    at += width + 1;
  }
  return edges;
}
