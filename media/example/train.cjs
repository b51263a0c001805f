// An example for "Green ML: Measure an Example": trains a small neural network to tell two spirals apart. It needs no
// package and no file, and ends by itself.
const epochs = 20;
const stepsAnEpoch = 30_000;
const width = 64;
const rate = 0.005;

/** A fixed sequence of random numbers from 0 to 1, so that each run does the same work (mulberry32). */
let state = 7;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let bits = Math.imul(state ^ (state >>> 15), 1 | state);
  bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
  return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
}

const weights = (count, scale) => Float64Array.from({ length: count }, () => (random() * 2 - 1) * scale);
const first = { weight: weights(width * 2, 1), bias: new Float64Array(width), out: new Float64Array(width) };
const second = {
  weight: weights(width * width, Math.sqrt(3 / width)),
  bias: new Float64Array(width),
  out: new Float64Array(width),
};
const last = { weight: weights(width, Math.sqrt(3 / width)), bias: 0 };
const slope = new Float64Array(width);

/** A point of one of two spirals, with some noise. */
function point() {
  const label = random() < 0.5 ? 0 : 1;
  const turn = Math.sqrt(random());
  const angle = turn * 3 * Math.PI + label * Math.PI;
  const noise = () => (random() - 0.5) * 0.3;
  return { x: turn * Math.cos(angle) + noise(), y: turn * Math.sin(angle) + noise(), label };
}

/** The probability of the second spiral. */
function predict({ x, y }) {
  for (let i = 0; i < width; i++)
    first.out[i] = Math.tanh(2 * (first.weight[2 * i] * x + first.weight[2 * i + 1] * y) + first.bias[i]);
  let sum = last.bias;
  for (let j = 0; j < width; j++) {
    let input = second.bias[j];
    for (let i = 0; i < width; i++) input += second.weight[j * width + i] * first.out[i];
    second.out[j] = Math.tanh(input);
    sum += last.weight[j] * second.out[j];
  }
  return 1 / (1 + Math.exp(-sum));
}

/** One step of gradient descent on one point; returns its loss. */
function learn(sample) {
  const probability = predict(sample);
  const error = probability - sample.label;
  slope.fill(0);
  for (let j = 0; j < width; j++) {
    const back = error * last.weight[j] * (1 - second.out[j] ** 2);
    last.weight[j] -= rate * error * second.out[j];
    second.bias[j] -= rate * back;
    for (let i = 0; i < width; i++) {
      slope[i] += back * second.weight[j * width + i];
      second.weight[j * width + i] -= rate * back * first.out[i];
    }
  }
  last.bias -= rate * error;
  for (let i = 0; i < width; i++) {
    const back = slope[i] * (1 - first.out[i] ** 2);
    first.weight[2 * i] -= rate * back * 2 * sample.x;
    first.weight[2 * i + 1] -= rate * back * 2 * sample.y;
    first.bias[i] -= rate * back;
  }
  return lossOf(probability, sample.label);
}

const lossOf = (probability, label) => -Math.log(Math.max(1e-12, label === 1 ? probability : 1 - probability));

const held = Array.from({ length: 2000 }, point);

const parameters = width * 2 + width * width + 3 * width + 1;
console.log(
  `Training a network with ${parameters.toLocaleString('en')} parameters for ${epochs} epochs, about 20 seconds.`,
);
console.log('The status bar and the Green ML view show the power that it draws.\n');
for (let epoch = 1; epoch <= epochs; epoch++) {
  let loss = 0;
  for (let step = 0; step < stepsAnEpoch; step++) loss += learn(point());
  const heldLoss = held.reduce((sum, sample) => sum + lossOf(predict(sample), sample.label), 0) / held.length;
  const figures = `loss: ${(loss / stepsAnEpoch).toFixed(4)} - val_loss: ${heldLoss.toFixed(4)}`;
  console.log(`Epoch ${epoch}/${epochs} - ${figures}`);
}
console.log('\nDone. "Green ML: Show Last Run" shows what it used.');
