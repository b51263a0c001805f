/** Layers by their qualified names in Keras 3.15. */
export const denseLayer = 'keras.layers.Dense';
export const flattenLayer = 'keras.layers.Flatten';

/** Layers that multiply their input with weights, without recurrence. The `Convolution…` are their names in Keras 1. */
export const weightedLayers = /^keras\.layers\.(?:Dense|Conv[123]D|Convolution[123]D)$/;
