/** The setting of the editor with which runs count the whole machine; src/editor/contributions has the others. */
export const scopeSetting = 'greenML.meter.scope';
