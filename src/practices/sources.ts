/** The publications that the practices and their figures come from. */
interface Publication {
  /** How it is named beside a figure: "Patterson et al. 2021". */
  readonly name: string;
  readonly title: string;
  readonly url: string;
}

export type SourceId =
  | 'ludvigsen'
  | 'patterson2021'
  | 'patterson2022'
  | 'dodge2022'
  | 'mitsmr'
  | 'keras-lstm'
  | 'sklearn-search'
  | 'pytorch-ddp';

export const sources: Record<SourceId, Publication> = {
  ludvigsen: {
    name: 'Ludvigsen 2021',
    title: 'How to estimate and reduce the carbon footprint of machine learning models',
    url: 'https://kaspergroesludvigsen.medium.com/how-to-estimate-and-reduce-the-carbon-footprint-of-machine-learning-models-49f24510880',
  },
  patterson2021: {
    name: 'Patterson et al. 2021',
    title: 'Carbon Emissions and Large Neural Network Training',
    url: 'https://arxiv.org/abs/2104.10350',
  },
  patterson2022: {
    name: 'Patterson et al. 2022',
    title: 'The Carbon Footprint of Machine Learning Training Will Plateau, Then Shrink',
    url: 'https://arxiv.org/abs/2204.05149',
  },
  dodge2022: {
    name: 'Dodge et al. 2022',
    title: 'Measuring the Carbon Intensity of AI in Cloud Instances',
    url: 'https://arxiv.org/abs/2206.05229',
  },
  mitsmr: {
    name: 'MIT Sloan Management Review',
    title: 'How Developers Can Lower AI’s Climate Impact',
    url: 'https://sloanreview.mit.edu/article/how-developers-can-lower-ais-climate-impact/',
  },
  'keras-lstm': {
    name: 'Keras',
    title: 'LSTM layer: when the cuDNN kernel is used',
    url: 'https://keras.io/api/layers/recurrent_layers/lstm/',
  },
  'sklearn-search': {
    name: 'scikit-learn',
    title: 'Tuning the hyper-parameters of an estimator',
    url: 'https://scikit-learn.org/stable/modules/grid_search.html',
  },
  'pytorch-ddp': {
    name: 'PyTorch',
    title: 'Getting Started with Distributed Data Parallel',
    url: 'https://docs.pytorch.org/tutorials/intermediate/ddp_tutorial.html',
  },
};
