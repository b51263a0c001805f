import type { Node } from './parser';
import { numberValue, stringValue, unknownValue, type Value } from './values';

/** The value of an `integer` or `float` literal; unknown for complex numbers and what JavaScript cannot hold exactly. */
export function numberLiteral(text: string): Value {
  const plain = text.replace(/_/g, '').toLowerCase();
  if (/^(?:0x[0-9a-f]+|0o[0-7]+|0b[01]+)l?$/.test(plain)) return numberValue(Number(plain.replace(/l$/, '')), true);
  // Python 2: long integers end in L, octal ones begin with 0.
  if (/^(?:0+|[1-9]\d*)l?$/.test(plain)) return numberValue(Number(plain.replace(/l$/, '')), true);
  if (/^(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?$/.test(plain) && /[.e]/.test(plain))
    return numberValue(Number(plain), false);
  return unknownValue;
}

const simpleEscapes: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\n': '',
};

/**
 * The value of a `string` node.
 * @param interpolate gives the text of an expression in an f-string, or null if it is not known
 */
export function stringLiteral(node: Node, interpolate: (expression: Node) => string | null): Value {
  const opening = node.firstChild?.text ?? '';
  const prefix = opening.replace(/["'][^]*/, '').toLowerCase();
  if (prefix.includes('b') || prefix.includes('t')) return unknownValue;
  let text = '';
  for (const part of node.namedChildren) {
    switch (part.type) {
      case 'string_content': {
        const content = prefix.includes('r') ? part.text : unescape(part.text);
        if (content === null) return unknownValue;
        text += prefix.includes('f') ? content.replace(/\{\{/g, '{').replace(/\}\}/g, '}') : content;
        break;
      }
      case 'interpolation': {
        const expression = part.childForFieldName('expression');
        if (expression === null || part.childForFieldName('format_specifier') !== null) return unknownValue;
        if (part.childForFieldName('type_conversion') !== null) return unknownValue;
        const value = interpolate(expression);
        if (value === null) return unknownValue;
        text += value;
        break;
      }
      default:
    }
  }
  return stringValue(text);
}

function unescape(text: string): string | null {
  if (!text.includes('\\')) return text;
  if (/\\(?:N|U(?![0-9a-fA-F]{8}))/.test(text.replaceAll('\\\\', ''))) return null;
  return text.replace(
    /\\(\r\n|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|[^])/g,
    (whole: string, escape: string) => {
      if (escape === '\r\n') return '';
      if (/^[0-7]/.test(escape)) return String.fromCharCode(parseInt(escape, 8));
      if (/^[xuU]./.test(escape)) {
        const code = parseInt(escape.slice(1), 16);
        if (code <= 0x10ffff) return String.fromCodePoint(code);
      }
      return simpleEscapes[escape] ?? whole;
    },
  );
}
