/** The text of a style sheet; scripts/build.mjs makes it. Of a page with a sheet of its own, only the import counts. */
declare module '*.css' {
  const style: string;
  export default style;
}
