/**
 * Code for `node --require` that gives an extension what loading and activating it need of VS Code: every name is a class
 * and a function, and so is everything that these return.
 */
export const stubOfVSCode = `
const Module = require('node:module');
const load = Module._load;
const anything = new Proxy(function () {}, {
  get: (target, key) => (key in target ? target[key] : anything),
  apply: () => anything,
  construct: () => anything,
});
Module._load = (name, ...rest) => (name === 'vscode' ? anything : load.call(Module, name, ...rest));
`;
