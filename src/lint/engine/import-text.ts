/** A text that imports a package of this name, perhaps beside others: `import json, openai`. */
export const importing = (name: string): RegExp =>
  new RegExp(String.raw`(?:^|;)[ \t]{0,99}(?:from[ \t]{1,9}|import[ \t](?:[^\n;#]{0,200}[ \t,])?)${name}\b`, 'm');
