/** Tells a process of ours that it is a tool's: it then ends with the tool, and says how far it is. */
export const agentVariable = 'GREEN_ML_AGENT';
