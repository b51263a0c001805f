/**
 * True if the data of a file are points that it makes up, or one of the toy sets of scikit-learn, and it reads no other: all of
 * its epochs take seconds.
 */
export const makesItsData = (text: string): boolean =>
  !readsData.test(text) && (madeUp.test(text) || (writtenTensors.test(text) && !readsMore.test(text)));

const madeUp =
  /\bmake_(?:moons|circles|blobs|classification|regression|swiss_roll|s_curve|friedman\d|gaussian_quantiles|hastie_10_2|multilabel_classification)\(|\bload_(?:iris|wine|diabetes|breast_cancer|digits)\(|\b(?:torch|np|numpy)\.(?:arange|linspace)\(|\b(?:np|numpy)\.random\.(?:uniform|randn?|normal)\(/;

/** Functions that draw some points, by what lessons call them. */
export const toyPoints =
  /\b(?:make|generate|create|gen)_(?:moons|circles|blobs|spirals?|classification|regression|swiss_roll|s_curve|friedman\d|gaussian_quantiles|xor|toy\w{0,20})\(/;

/** Files, downloads, data sets of a library, and those that a caller passes. */
export const readsData =
  /\b(?:read_\w{2,12}|load_(?:dataset|data|from_disk)|fetch_\w{2,40}|loadtxt|genfromtxt|imread|from_pretrained|listdir|r?glob)\(|\b(?:np|numpy)\.load\(|\bfrom[ \t]{1,9}(?:datasets|torchvision|torchtext|torchaudio|torch_geometric)\b|\bImageFolder\b|\bh5py\b|\bdef [^\n]{0,200}loader\b/;

/** The same for a training of Keras, which also has data that is written in the code, and other ways to read some. */
export const keepsToMadeUpData = (text: string): boolean =>
  (madeUp.test(text) || written.test(text)) && !readsData.test(text) && !readsMore.test(text);

/** True if all epochs of a training take seconds: its data are made up, or a toy set of a library and nothing else. */
export const trainsInSeconds = (text: string): boolean =>
  (keepsToMadeUpData(text) && !manyRows.test(text)) || (toySets.test(text) && !readsFiles.test(text));

/** `make_classification(n_samples=200_000)` */
const manyRows =
  /\bmake_\w{2,30}\((?:[^)]{0,80}\bn_samples\s{0,3}=\s{0,3})?(?:int\()?(?:[1-9](?:_?\d){5,11}\b|\d{1,3}(?:\.\d)?e[5-9]\b)/;

/** The same, or tables of a few hundred or thousand rows that lessons use, by the names of their files or columns. */
export const isOfSmallData = (text: string): boolean =>
  trainsInSeconds(text) || readsSmallFiles(text) || (smallColumns.some(hasAll(text)) && !readsOthers.test(text));

const hasAll =
  (text: string) =>
  (columns: readonly RegExp[]): boolean =>
    columns.every((column) => column.test(text));

/** The columns of Titanic, iris, the Pima Indians, the Boston houses and the social network ads; others have one of them at most. */
const smallColumns: readonly (readonly RegExp[])[] = [
  [/\bPclass\b/, /\bSurvived\b/],
  [/\bsepal[ _]?length/i, /\bpetal[ _]?length/i],
  [/\bDiabetesPedigreeFunction\b/, /\bGlucose\b/],
  [/\bLSTAT\b/i, /\bMEDV\b/i],
  [/\bEstimatedSalary\b/, /\bPurchased\b/],
];

/** True if the only data of a text are points that a function draws, by whatever name it is called. */
export const hasToyPointsAlone = (text: string): boolean =>
  toyPoints.test(text) && !manyRows.test(text) && !readsData.test(text) && !readsMore.test(text);

const readers = /\b(\w{1,20}\.)?(read_(?:csv|excel|table)|load_dataset|loadtxt|genfromtxt)\(\s{0,9}([^,)\n]{0,200})/g;
/** Tables of a few hundred or thousand rows that lessons use, by what their files are called. */
const smallTables =
  /["'/](?:iris|wine|winequality|titanic|(?:pima[-_]?indians[-_]?)?diabetes|heart(?:[-_]?(?:disease|failure|cleveland\w{0,20}))?|boston\w{0,20}|(?:breast[-_]?cancer\w{0,20}|wisconsin\w{0,40}|wdbc)|penguins\w{0,20}|auto-?mpg|sonar|glass|haberman|german[-_]?credit\w{0,20}|mall[-_]?customers|social[-_]?network[-_]?ads|churn[-_]?modell?ing|position[-_]?salaries|50[-_]?startups|salary[-_]?data|advertising|air[-_]?passengers|international-airline-passengers)(?:[-_.]?(?:data(?:set)?|train|test|clean(?:ed)?|\d{0,3})\w{0,3}\.(?:csv|data|txt|xlsx?)|\/(?:train|test|data)\.csv)?["']/i;
/** The tables of seaborn have up to 1,000 rows, but for the diamonds. */
const seaborn = /^(?:sns|seaborn)\.$/;

/** True if a text names all tables that it reads, and each is a small one that lessons use. */
function readsSmallFiles(text: string): boolean {
  const read = [...text.matchAll(readers)];
  return (
    read.length > 0 &&
    !readsOthers.test(text) &&
    read.every(([, owner = '', reader, given = '']) =>
      reader === 'load_dataset' && seaborn.test(owner)
        ? !given.includes('diamonds')
        : smallTables.test(given) || smallTables.test(pathIn(text, given)),
    )
  );
}

/** The line that gives a path its name: `path = "data/iris.csv"`. */
function pathIn(text: string, given: string): string {
  const name = given.trim();
  if (!/^\w{1,40}$/.test(name)) return '';
  const line = text.split('\n').find((each) => each.startsWith(name) && /^ {0,3}=[^=]/.test(each.slice(name.length)));
  return line ?? '';
}

const readsOthers =
  /\b(?:fetch_\w{2,40}|imread|flow_from\w{0,20})\(|\bnp\.load\(|_from_directory\(|\btfds\b|\bkeras\.datasets\b/;

const toySets = /\bload_(?:iris|wine|diabetes|breast_cancer|digits|boston|linnerud)\(|\bboston_housing\b/;
const readsFiles =
  /\b(?:read_\w{2,12}|load_dataset|fetch_\w{2,40}|loadtxt|genfromtxt|imread|open|flow_from\w{0,20})\(|_from_directory\(|\btfds\b/;

const written =
  /\b(?:np|numpy|tf)\.(?:array|constant)\(\s{0,9}\[[\s[]{0,20}-?\d|^[xX]\w{0,12} {0,3}= {0,3}\[[\s[]{0,20}-?\d/m;
/** Inputs alone: weights of classes and means of colours are written in any program. */
const writtenTensors = /^[xX]\w{0,12} {0,3}= {0,3}(?:torch\.(?:tensor|FloatTensor)\()?\[[\s[]{0,20}-?\d/m;
const readsMore =
  /\bopen\(|\bcsv\.|\btfds\b|\bkeras\.datasets\b|\bget_file\(|_from_directory\(|\bflow_from\w{0,20}\(|TFRecord|\brequests\b|urlretrieve|\bwget\b|\bcurl\b|\bloadmat\(|\bcv2\b|\bPIL\b|\bpickle\b|\bjoblib\b|\bglob\b|\bgensim\b|\b(?:load|get|read|download|fetch|import|prepare)\w{0,20}(?:data|set|images?|samples?)\w{0,20}\(|\bload\w{0,20}\(|^[ \t]{0,20}from[ \t]{1,9}\./m;
