/**
 * True if the data of a file are points that it makes up, or one of the toy sets of scikit-learn, and it reads no other: all of
 * its epochs take seconds.
 */
export const makesItsData = (text: string): boolean => madeUp.test(text) && !readsData.test(text);

const madeUp =
  /\bmake_(?:moons|circles|blobs|classification|regression)\(|\bload_(?:iris|wine|diabetes|breast_cancer|digits)\(|\b(?:torch|np|numpy)\.(?:arange|linspace)\(|\b(?:np|numpy)\.random\.(?:uniform|randn?|normal)\(/;

/** Files, downloads, data sets of a library, and those that a caller passes. */
export const readsData =
  /\b(?:read_\w{2,12}|load_(?:dataset|data|from_disk)|fetch_\w{2,40}|loadtxt|genfromtxt|imread|from_pretrained|listdir|r?glob)\(|\b(?:np|numpy)\.load\(|\bfrom[ \t]{1,9}(?:datasets|torchvision|torchtext|torchaudio|torch_geometric)\b|\bImageFolder\b|\bh5py\b|\bdef [^\n]{0,200}loader\b/;

/** The same for a training of Keras, which also has data that is written in the code, and other ways to read some. */
export const keepsToMadeUpData = (text: string): boolean =>
  (madeUp.test(text) || written.test(text)) && !readsData.test(text) && !readsMore.test(text);

const written = /\b(?:np|numpy|tf)\.(?:array|constant)\(\s{0,9}\[[\s[]{0,20}-?\d/;
const readsMore =
  /\bopen\(|\bcsv\.|\btfds\b|\bkeras\.datasets\b|\bget_file\(|_from_directory\(|\bflow_from\w{0,20}\(|TFRecord|\brequests\b|urlretrieve|\bwget\b|\bcurl\b|\bloadmat\(|\bcv2\b|\bPIL\b|\bpickle\b|\bjoblib\b|\bglob\b|\bgensim\b|\b(?:load|get|read|download|fetch|import|prepare)\w{0,20}(?:data|set|images?|samples?)\w{0,20}\(|\bload\w{0,20}\(|^[ \t]{0,20}from[ \t]{1,9}\./m;
