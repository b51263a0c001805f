/** The text of a style sheet, from scripts/build.mjs. Pages with their own style sheet import it only for its effect. */
declare module '*.css' {
  const style: string;
  export default style;
}
